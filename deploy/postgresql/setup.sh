# shellcheck shell=bash
# La parte de horux-setup que toca PostgreSQL: el grupo de bases, su configuración, los dos roles y sus contraseñas. La lee
# horux-setup, de donde vienen changed, doing, put y secret.

make_cluster() {
    if [[ -z $(cluster_port) ]]; then
        changed cluster "grupo de bases horux, en UTF-8 y con sumas de comprobación"
        doing || return 0
        pg_createcluster --locale C.UTF-8 --encoding UTF8 "$(newest_server)" horux -- --data-checksums >/dev/null
    fi
    local version
    version=$(pg_lsclusters -h | awk '$2 == "horux" {print $1}')
    put "/etc/postgresql/$version/horux/conf.d/horux.conf" 644 root:root tuning < <(python3 "$DEPLOY/postgresql/tuning.py")
    doing || return 0
    if [[ $(pg_lsclusters -h | awk '$2 == "horux" {print $4}') != online* ]]; then
        pg_ctlcluster "$version" horux start
    elif [[ -n ${CHANGED[tuning]:-} ]]; then
        echo "Se reinicia PostgreSQL por su nueva configuración."
        pg_ctlcluster "$version" horux restart
    fi
}

cluster_port() { { pg_lsclusters -h 2>/dev/null || true; } | awk '$2 == "horux" {print $3}'; }
newest_server() { find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -1; }

make_roles() {
    local port=5432 role name
    doing && port=$(cluster_port)
    for name in DATABASE_URL:horux_app DATABASE_ADMIN_URL:horux_admin; do
        role=${name#*:} name=${name%:*}
        [[ -s $SECRETS/$name ]] && continue
        changed roles "$SECRETS/$name (nuevo)"
        doing && printf 'postgresql://%s:%s@127.0.0.1:%s/horux360?sslmode=disable\n' "$role" "$(openssl rand -hex 24)" "$port" |
            secret "$name"
    done
    if doing && ! { enters DATABASE_URL && enters DATABASE_ADMIN_URL; }; then
        changed roles "roles y base central en PostgreSQL"
        printf '%s\n%s\n' "$(password_of DATABASE_URL)" "$(password_of DATABASE_ADMIN_URL)" |
            (cd / && setpriv --reuid postgres --regid postgres --init-groups \
                "$OPT/current/bin/python" "$OPT/current/deploy/postgresql/roles.py" "$port")
    fi
}

password_of() { sed -E 's|^[^:]+://[^:]+:([^@]+)@.*|\1|' "$SECRETS/$1"; }

# La contraseña va en el entorno de una orden de root, que nadie más ve, y no entre sus argumentos.
enters() {
    PGPASSWORD=$(password_of "$1") psql -XAtq "$(sed -E 's|://([^:]+):[^@]+@|://\1@|' "$SECRETS/$1")" -c 'SELECT 1' &>/dev/null
}
