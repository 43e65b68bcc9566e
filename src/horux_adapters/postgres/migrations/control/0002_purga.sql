-- What has ended is let go of after a while: found by when it ended, without reading whatever is not old enough.
CREATE INDEX refresh_tokens_expires_idx ON refresh_tokens (expires_at);
CREATE INDEX sessions_expires_idx ON sessions (expires_at);
CREATE INDEX outbox_done_idx ON outbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX jobs_ended_idx ON jobs (updated_at) WHERE state IN ('terminado', 'fallido');
