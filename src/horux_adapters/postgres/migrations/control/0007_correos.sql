-- The mails that were to be sent: one for each kind, cause and address. The cause is an event of the outbox, which is
-- let go of some days after it was delivered, and never while a mail of it is owed.
CREATE TABLE mails (
    n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL,
    cause      uuid NOT NULL,
    kind       text NOT NULL,
    recipient  text NOT NULL,
    tenant_id  uuid,
    attempts   integer NOT NULL DEFAULT 0,
    refused    boolean NOT NULL DEFAULT false,
    last_error text,
    created_at timestamptz NOT NULL,
    held_until timestamptz,
    sent_at    timestamptz,
    ended_at   timestamptz
);
COMMENT ON COLUMN mails.held_until IS 'until then it is its sender''s, and nobody else begins it';
COMMENT ON COLUMN mails.ended_at IS 'when it was sent or refused';
CREATE UNIQUE INDEX mails_id_key ON mails (id);
CREATE UNIQUE INDEX mails_cause_kind_recipient_key ON mails (cause, kind, recipient);
CREATE INDEX mails_ended_idx ON mails (coalesce(ended_at, created_at));

-- Leave to choose a new password: one a person, gone when it is used.
CREATE TABLE password_resets (
    user_id    uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX password_resets_token_hash_key ON password_resets (token_hash);

-- What an owner wrote of whom it lets in: all that its taxpayer is told of that person, until it comes in by itself.
ALTER TABLE memberships
    ADD COLUMN invited_as text,
    ADD COLUMN invited_at timestamptz,
    ADD COLUMN accepted_at timestamptz,
    ADD COLUMN provisioned boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN memberships.provisioned IS 'the owner that the operator gave a new client';
UPDATE memberships SET invited_at = created_at, accepted_at = created_at;

ALTER TABLE users ADD COLUMN temporary_from uuid;
COMMENT ON COLUMN users.temporary_from IS 'the taxpayer for which the temporary password was mailed';
UPDATE users u SET temporary_from =
    (SELECT m.tenant_id FROM memberships m WHERE m.user_id = u.id ORDER BY m.created_at LIMIT 1)
WHERE u.must_change;
