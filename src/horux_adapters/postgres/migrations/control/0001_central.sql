-- The central database: who the clients are, who works in them, and what is to be done.

CREATE TABLE database_servers (
    name        text PRIMARY KEY CHECK (name ~ '^[a-z0-9_]{1,40}$'),
    host        text,
    port        integer,
    accepts_new boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN database_servers.host IS 'NULL: the server of the central database';
INSERT INTO database_servers (name) VALUES ('principal');

CREATE TABLE tenants (
    id                   uuid PRIMARY KEY,
    rfc                  text NOT NULL,
    nombre               text NOT NULL,
    plan                 varchar(20) NOT NULL,
    database_name        text NOT NULL,
    server               text NOT NULL REFERENCES database_servers (name),
    regimenes            text[] NOT NULL DEFAULT '{}',
    state                text NOT NULL CHECK (state IN ('provisioning', 'live', 'deprovisioning', 'deleted')),
    active               boolean NOT NULL DEFAULT true,
    cfdi_limit_override  integer CHECK (cfdi_limit_override >= -1),
    users_limit_override integer CHECK (users_limit_override >= -1),
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX tenants_rfc_key ON tenants (rfc) WHERE state <> 'deleted';
CREATE UNIQUE INDEX tenants_database_name_key ON tenants (database_name);

CREATE TABLE users (
    id              uuid PRIMARY KEY,
    email           text NOT NULL CHECK (email = lower(email)),
    nombre          text NOT NULL,
    platform_role   text CHECK (platform_role = 'admin'),
    password_hash   text,
    must_change     boolean NOT NULL DEFAULT false,
    temporary_until timestamptz,
    active          boolean NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_key ON users (email);

CREATE TABLE memberships (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id  uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('owner', 'contador', 'visor')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, tenant_id)
);
CREATE INDEX memberships_tenant_idx ON memberships (tenant_id);

CREATE TABLE sessions (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id  uuid REFERENCES tenants (id) ON DELETE CASCADE,
    user_agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX sessions_user_idx ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_tenant_idx ON sessions (tenant_id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
    token_hash text PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_session_idx ON refresh_tokens (session_id);

CREATE TABLE login_failures (
    key      text PRIMARY KEY,
    failures integer NOT NULL,
    last_at  timestamptz NOT NULL
);

CREATE TABLE subscriptions (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id            uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    plan                 varchar(20) NOT NULL,
    mp_preapproval_id    varchar(100),
    status               varchar(20) NOT NULL DEFAULT 'pending'
                         CHECK (status IN ('pending', 'authorized', 'paused', 'cancelled')),
    amount               decimal(10, 2) NOT NULL,
    frequency            varchar(10) NOT NULL DEFAULT 'monthly' CHECK (frequency IN ('monthly', 'yearly')),
    payer_email          text,
    payment_link         text,
    current_period_start timestamptz,
    current_period_end   timestamptz,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_subscriptions_tenant_id ON subscriptions (tenant_id);
CREATE INDEX idx_subscriptions_status ON subscriptions (status);
CREATE UNIQUE INDEX subscriptions_mp_preapproval_id_key ON subscriptions (mp_preapproval_id);
CREATE UNIQUE INDEX subscriptions_one_live_key ON subscriptions (tenant_id) WHERE status <> 'cancelled';

CREATE TABLE payments (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id       uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    subscription_id uuid REFERENCES subscriptions (id),
    mp_payment_id   varchar(100),
    amount          decimal(10, 2) NOT NULL,
    status          varchar(20) NOT NULL DEFAULT 'pending'
                    CHECK (status IN ('approved', 'pending', 'rejected', 'refunded')),
    payment_method  varchar(50),
    reference       text,
    paid_at         timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_payments_tenant_id ON payments (tenant_id);
CREATE INDEX idx_payments_subscription_id ON payments (subscription_id);
CREATE UNIQUE INDEX payments_mp_payment_id_key ON payments (mp_payment_id);

CREATE TABLE audit_log (
    n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL UNIQUE,
    at         timestamptz NOT NULL,
    user_id    uuid,
    email      text NOT NULL,
    session_id uuid,
    tenant_id  uuid,
    action     text NOT NULL,
    method     text NOT NULL,
    path       text NOT NULL,
    request_id text NOT NULL,
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_tenant_idx ON audit_log (tenant_id, n DESC);
CREATE UNIQUE INDEX audit_log_first_view_key ON audit_log (session_id, tenant_id) WHERE action = 'vista';

CREATE TABLE provisioning_runs (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('alta', 'baja')),
    tenant_id   uuid NOT NULL,
    rfc         text NOT NULL,
    state       text NOT NULL CHECK (state IN ('abierta', 'terminada', 'deshecha')),
    step        text,
    failed_step text,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE INDEX provisioning_runs_open_idx ON provisioning_runs (started_at) WHERE state = 'abierta';

CREATE TABLE jobs (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind       text NOT NULL,
    subject    jsonb NOT NULL,
    state      text NOT NULL CHECK (state IN ('en_cola', 'procesando', 'terminado', 'fallido')),
    recibidos  integer NOT NULL DEFAULT 0,
    procesados integer NOT NULL DEFAULT 0,
    outcome    jsonb,
    error      text,
    attempt    integer NOT NULL DEFAULT 0,
    tries      integer NOT NULL DEFAULT 0,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX jobs_tenant_idx ON jobs (tenant_id, created_at DESC);
CREATE INDEX jobs_open_idx ON jobs (created_at) WHERE state IN ('en_cola', 'procesando');

CREATE TABLE outbox (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    payload    jsonb NOT NULL,
    put_at     timestamptz NOT NULL DEFAULT now(),
    due_at     timestamptz DEFAULT now(),
    held_until timestamptz,
    attempts   integer NOT NULL DEFAULT 0,
    last_error text,
    done_at    timestamptz
);
CREATE INDEX outbox_due_idx ON outbox (due_at) WHERE done_at IS NULL AND due_at IS NOT NULL;
