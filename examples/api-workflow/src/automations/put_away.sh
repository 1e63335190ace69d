#!/bin/sh
# Moves FILE into FOLDER beside its own folder; what has that name already stays.
set -eu
mkdir -p "$FOLDER"
mv --no-clobber -- "$FILE" "$FOLDER/$(date +%Y%m%dT%H%M%S)-$(basename -- "$FILE")"
