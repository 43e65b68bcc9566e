-- The operator's second factor. The seed is sealed (AES-256-GCM) with a key that no database has; of the codes for when
-- it is lost only digests are kept, and each goes when it is used.
CREATE TABLE second_factors (
    user_id   uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed    text NOT NULL,
    last_step bigint NOT NULL,
    recovery  text[] NOT NULL,
    since     timestamptz NOT NULL
);

ALTER TABLE sessions ADD COLUMN proved_at timestamptz, ADD COLUMN factor_at timestamptz;
COMMENT ON COLUMN sessions.proved_at IS 'cuándo dijo su persona otra vez quién es';
COMMENT ON COLUMN sessions.factor_at IS 'cuándo se dio el segundo factor; sin él, media sesión donde se pide';
