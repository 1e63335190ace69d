<?php
/**
 * As much of WordPress as contrib/wordpress/aifp-site-events.php calls: loads the plugin, fires the hooks that standard
 * input names as WordPress fires them, ends the request, and prints as JSON what was registered and what was sent.
 *
 *     php wordpress_stand_ins.php PLUGIN < {"url": "...", "secret": "...", "hooks": [["save_post", 7, {...}, true]]}
 *
 * Without "url" or "secret" the constants of wp-config.php are not defined.
 */
error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    fwrite(STDERR, "$file:$line: $text\n");
    exit(1);
});

define('ABSPATH', __DIR__ . '/');

final class StandIn
{
    /** @var array<string, list<array{callable, int, int}>> by hook: callback, priority, accepted arguments */
    public static array $actions = [];
    /** @var list<array<string, mixed>> */
    public static array $sent = [];
}

function add_action(string $hook, callable $callback, int $priority = 10, int $accepted_args = 1): bool
{
    StandIn::$actions[$hook][] = [$callback, $priority, $accepted_args];
    return true;
}

/** By priority, equal ones as they were added, each with as many arguments as it accepts; those that a callback adds
 *  to the same hook run, too. */
function do_action(string $hook, ...$arguments): void
{
    for ($i = 0; $i < count(StandIn::$actions[$hook] ?? []); ++$i) {
        [$callback, , $accepted] = StandIn::$actions[$hook][$i];
        $callback(...array_slice($arguments, 0, $accepted));
    }
}

function wp_json_encode($data)
{
    return json_encode($data, JSON_THROW_ON_ERROR);
}

function wp_generate_uuid4(): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
    $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
}

function wp_is_post_revision($post)
{
    return ($post['type'] ?? '') === 'revision' ? 1 : false;
}

function wp_is_post_autosave($post)
{
    return ($post['type'] ?? '') === 'autosave' ? 1 : false;
}

/** Over PHP's own streams. WordPress would not wait for the answer ("blocking"); the test wants to know it. */
function wp_remote_post(string $url, array $args = []): array
{
    $lines = [];
    foreach ($args['headers'] as $name => $value) {
        $lines[] = "$name: $value";
    }
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => $lines,
        'content' => $args['body'],
        'timeout' => $args['timeout'],
        'follow_location' => 0,
        'max_redirects' => $args['redirection'],
        'ignore_errors' => true,
    ]]);
    $stream = fopen($url, 'r', false, $context);
    $status = (int) explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1];
    fclose($stream);
    StandIn::$sent[] = ['status' => $status, 'blocking' => $args['blocking'], 'event' => json_decode($args['body'], true)];
    return ['response' => ['code' => $status]];
}

$order = json_decode(stream_get_contents(STDIN), true, 16, JSON_THROW_ON_ERROR);
if (isset($order['url'])) {
    define('AIFP_EVENTS_URL', $order['url']);
}
if (isset($order['secret'])) {
    define('AIFP_EVENTS_SECRET', $order['secret']);
}
require $argv[1];
foreach ($order['hooks'] as $hook) {
    do_action(...$hook);
}
$early = count(StandIn::$sent);
do_action('shutdown');
$hooks = array_keys(StandIn::$actions);
echo json_encode(['hooks' => $hooks, 'sent_before_the_end' => $early, 'sent' => StandIn::$sent]);
