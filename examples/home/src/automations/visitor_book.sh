#!/bin/sh
# Gets one JSON line on standard input (not needed here) and the visitor's name in VISITOR; answers
# with one JSON line.
set -eu
book=visitors.txt
printf '%s\n' "$VISITOR" >> "$book"
printf '{"result": {"number": %d}}\n' "$(wc -l < "$book")"
