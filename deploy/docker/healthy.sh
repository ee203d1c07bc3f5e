#!/bin/bash
# Succeeds when the service of this container answers 200 on its probe port, which it opens once it has started.
exec 3<>"/dev/tcp/127.0.0.1/${HEALTH_PORT:-9090}" || exit 1
printf 'GET /health HTTP/1.0\r\n\r\n' >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
