// Reads {"name", "api", "body"} lines and holds each body against the schema of its API. A body that is
// known to be wrong must be refused too: otherwise the schema says nothing.
const fs = require('fs');
const path = require('path');
const Ajv = require('ajv');
const Ajv2020 = require('ajv/dist/2020');

const folder = process.argv[2];
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
const options = {strict: false, allErrors: false, validateFormats: false};

const openai = new Ajv2020(options);
openai.addSchema(read('openai.schema.json'), 'openai.json');
const anthropic = new Ajv(options);
anthropic.addSchema(read('anthropic.strict.schema.json'), 'anthropic.json');
const validators = {
  openai: openai.compile({$ref: 'openai.json#/$defs/CreateChatCompletionRequest'}),
  anthropic: anthropic.compile({
    anyOf: ['NonStreaming', 'Streaming'].map(
        (kind) => ({$ref: 'anthropic.json#/definitions/MessageCreateParams' + kind})),
  }),
};

const lines = fs.readFileSync(0, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
let failures = 0;
for (const {name, api, body} of lines) {
  const validate = validators[api];
  if (!validate(body)) {
    failures += 1;
    console.log(`${name}: ${JSON.stringify(validate.errors, null, 1)}\n${JSON.stringify(body)}`);
  }
  const wrong = {...body, messages: [{role: 'nobody', content: 5}]};
  if (validate(wrong)) {
    failures += 1;
    console.log(`${name}: the schema takes a message of nobody`);
  }
}
console.log(`${lines.length} bodies, ${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
