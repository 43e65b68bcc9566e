#!/usr/bin/env bash
# Prepara deploy/container/local para compose.yaml: cada secreto una sola vez, y la configuración con el nombre del servidor.
# Lo que ya está no se toca, salvo lo de nginx y PostgreSQL, que se copia de deploy/ cada vez.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
name=${1:-}
[[ $name =~ ^[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+$ ]] || { echo "Indica el nombre del servidor: $0 horux360.ejemplo.mx" >&2; exit 2; }
local=$here/local
mkdir -p "$local/secretos" "$local/tls"

made() { [[ -s $local/secretos/$1 ]] || printf '%s\n' "$2" >"$local/secretos/$1"; }
made POSTGRES_PASSWORD "$(openssl rand -hex 24)"
made DATABASE_URL "postgresql://horux_app:$(openssl rand -hex 24)@postgres:5432/horux360?sslmode=disable"
made DATABASE_ADMIN_URL "postgresql://horux_admin:$(openssl rand -hex 24)@postgres:5432/horux360?sslmode=disable"
for secret in DATABASE_ROLE_SECRET JWT_SECRET FIEL_ENCRYPTION_KEY; do made $secret "$(openssl rand -hex 32)"; done
# Dentro de los contenedores los lee la cuenta 990; fuera, la carpeta solo deja pasar a su dueño.
chmod 644 "$local"/secretos/*

# HOST, TRUSTED_PROXY y lo demás que cambia en contenedores lo dice compose.yaml.
[[ -e $local/horux.env ]] || sed -e "s/@NOMBRE@/$name/g" -e '/^TLS_CERTIFICATE=/d' "$here/../horux.env" >"$local/horux.env"
[[ -e $local/tls/fullchain.pem ]] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -subj "/CN=$name" -keyout "$local/tls/privkey.pem" -out "$local/tls/fullchain.pem" 2>/dev/null
{
    python3 "$here/../postgresql/tuning.py"
    # Se entra solo por la red de adentro.
    echo "listen_addresses = '*'"
} >"$local/postgresql.conf"
sed -e 's/^user www-data;/user nginx;/' -e 's/syslog:server=unix:[^ ]*/stderr/' "$here/../nginx/nginx.conf" >"$local/nginx.conf"
sed -e "s/@NOMBRE@/$name/g" -e 's/syslog:server=unix:[^ ]*/\/dev\/stdout/' \
    -e 's/^    server 127.0.0.1:4000 max_fails=0;/    server api-1:4000 max_fails=1 fail_timeout=2s;\n    server api-2:4000 max_fails=1 fail_timeout=2s;/' \
    "$here/../nginx/horux.conf" >"$local/horux.conf"
chmod 644 "$local"/*.conf
echo "Listo: $local. Corrige $local/horux.env y guarda aparte $local/secretos/FIEL_ENCRYPTION_KEY."
