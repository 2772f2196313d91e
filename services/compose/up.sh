#!/bin/sh
# Makes what is secret, once, and starts everything.
set -eu
cd "$(dirname "$0")/../.."

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
if [ ! -f .env ]; then
  umask 077
  for name in NATS_API_PASSWORD NATS_RELAY_PASSWORD NATS_CONSUMER_PASSWORD EVENTSTORE_ADMIN_PASSWORD EVENTSTORE_OPS_PASSWORD; do
    echo "$name=$(secret)"
  done >.env
  echo "wrote .env with passwords that nobody knows"
fi

docker compose up --build --detach --wait
echo "the ledger is at http://127.0.0.1:${LEDGER_PUBLIC_PORT:-8080}"
