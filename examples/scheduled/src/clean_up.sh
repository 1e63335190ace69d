#!/bin/sh
# Removes files in FOLDER that are older than DAYS days, and says how many they were.
set -eu
old=$(find "$FOLDER" -type f ! -name '.keep' -mtime "+$DAYS" -print -delete | wc -l)
echo "$old old files in $FOLDER"
printf '{"result": {"removed": %d}}\n' "$old"
