-- What the provider of payments said last, of agreements, charges and payments; and what each plan costs.
ALTER TABLE subscriptions
    ADD COLUMN agreement_state text CHECK (agreement_state IN ('pending', 'authorized', 'paused', 'cancelled')),
    ADD COLUMN agreement_changed_at timestamptz,
    ADD COLUMN reminded_of timestamptz,
    ADD COLUMN listed boolean NOT NULL DEFAULT false,
    ADD COLUMN entered_at timestamptz,
    ADD COLUMN failed_on timestamptz;
CREATE INDEX subscriptions_newest_idx ON subscriptions (tenant_id, created_at DESC);
DROP INDEX idx_subscriptions_tenant_id;

-- Another currency's figures may be larger than any price in pesos: such a payment is kept, and does not count.
ALTER TABLE payments
    ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY,
    ALTER COLUMN amount TYPE decimal(20, 2),
    ADD COLUMN currency text NOT NULL DEFAULT 'MXN',
    ADD COLUMN detail text NOT NULL DEFAULT '',
    ADD COLUMN refunded decimal(20, 2) NOT NULL DEFAULT 0,
    ADD COLUMN flaw text CHECK (flaw IN ('monto-distinto', 'otra-moneda', 'otro-cobrador')),
    ADD COLUMN due_on timestamptz,
    ADD COLUMN counted boolean NOT NULL DEFAULT false,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    DROP CONSTRAINT payments_status_check,
    ADD CONSTRAINT payments_status_check
        CHECK (status IN ('approved', 'pending', 'rejected', 'refunded', 'disputed'));
UPDATE payments SET payment_method = '' WHERE payment_method IS NULL;
UPDATE payments SET changed_at = created_at;
ALTER TABLE payments ALTER COLUMN payment_method SET NOT NULL, ALTER COLUMN payment_method TYPE text;
DROP INDEX idx_payments_tenant_id;
CREATE UNIQUE INDEX payments_tenant_n_key ON payments (tenant_id, n DESC);

CREATE TABLE charges (
    reference       text PRIMARY KEY,
    subscription_id uuid NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    agreement       text NOT NULL,
    state           text NOT NULL,
    mp_payment_id   text,
    due_on          timestamptz NOT NULL,
    attempt         integer NOT NULL,
    next_attempt_at timestamptz,
    failure_told    boolean NOT NULL DEFAULT false,
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX charges_subscription_idx ON charges (subscription_id);

CREATE TABLE unmatched_news (
    n         bigint GENERATED ALWAYS AS IDENTITY,
    topic     text NOT NULL,
    reference text NOT NULL,
    why       text NOT NULL,
    seen_at   timestamptz NOT NULL,
    PRIMARY KEY (topic, reference)
);
CREATE UNIQUE INDEX unmatched_news_n_key ON unmatched_news (n DESC);

CREATE TABLE plan_prices (
    plan       text PRIMARY KEY,
    monthly    decimal(10, 2) CHECK (monthly > 0),
    yearly     decimal(10, 2) CHECK (yearly > 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);
