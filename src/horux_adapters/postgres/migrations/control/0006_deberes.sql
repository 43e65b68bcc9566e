-- What the service does by itself when the hour comes: one row each, of how it stands.
CREATE TABLE duties (
    name       text PRIMARY KEY,
    attempt    integer NOT NULL,
    tries      integer NOT NULL,
    begun_at   timestamptz NOT NULL,
    done_for   timestamptz,
    done_at    timestamptz,
    outcome    jsonb NOT NULL DEFAULT '{}',
    retry_at   timestamptz,
    failed_at  timestamptz,
    last_error text
);
COMMENT ON COLUMN duties.done_for IS 'when what was done last had been due';
