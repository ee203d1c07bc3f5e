#!/bin/bash
# Runs the command as PUID:PGID with UMASK. Started as another user than root (`user:`, Kubernetes), it stays that user.
set -eu
umask "${UMASK:-022}"
# No home of root's for a user who may not enter it.
export HOME=/tmp
[ "$(id -u)" = 0 ] || exec "$@"

puid=${PUID:-1000}
pgid=${PGID:-1000}
as_user=(setpriv --reuid "$puid" --regid "$pgid" --clear-groups --)

for folder in /library ${BACKUP_DIR:+"$BACKUP_DIR"} ${LOG_DIR:+"$LOG_DIR"}; do
  [ -d "$folder" ] || continue
  # A volume that was made just now is root's. A folder with anything in it belongs to somebody, and stays theirs.
  if [ "$(stat -c %u "$folder")" = 0 ] && [ -z "$(ls -A "$folder" 2>&1)" ]; then chown "$puid:$pgid" "$folder" || :; fi
  "${as_user[@]}" test -w "$folder" ||
    echo "$folder belongs to $(stat -c %u:%g "$folder"), and $puid:$pgid may not write to it: set PUID and PGID." >&2
done
exec "${as_user[@]}" "$@"
