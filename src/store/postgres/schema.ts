// Tables and functions of the store. The first process creates missing ones.

/** All statements run in one transaction. `schema` was validated as a plain name. */
export function schemaStatements(schema: string): string {
  return `
SELECT pg_advisory_xact_lock(hashtext('codex-sdk store ${schema}'));
CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE TABLE IF NOT EXISTS ${schema}.threads (
  thread_id text COLLATE "C" PRIMARY KEY,
  epoch bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  digest text,
  digest_epoch bigint,
  owner text,
  ttl_ms bigint NOT NULL,
  alive_at timestamptz NOT NULL,
  manifest bytea,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS ${schema}.files (
  thread_id text COLLATE "C" NOT NULL,
  file text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (thread_id, file)
);
CREATE TABLE IF NOT EXISTS ${schema}.chunks (
  thread_id text COLLATE "C" NOT NULL,
  file text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  length bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (thread_id, file, at)
);
CREATE TABLE IF NOT EXISTS ${schema}.marks (
  thread_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (thread_id, key)
);
CREATE TABLE IF NOT EXISTS ${schema}.ancestors (
  thread_id text COLLATE "C" NOT NULL,
  ancestor text COLLATE "C" NOT NULL,
  PRIMARY KEY (thread_id, ancestor)
);
CREATE INDEX IF NOT EXISTS ancestors_ancestor ON ${schema}.ancestors (ancestor);
${appendFunction(schema)}
${deleteFunction(schema)}
`;
}

function appendFunction(schema: string): string {
  return `
CREATE OR REPLACE FUNCTION ${schema}.append_1(
  p_id text, p_epoch bigint, p_owner text, p_version bigint, p_digest text,
  p_files text[], p_ats bigint[], p_lengths bigint[], p_hashes text[], p_stored int[], p_bytes bytea,
  p_manifest bytea, p_ancestors text[], p_keys text[], p_sizes int[], p_values bytea
) RETURNS TABLE (outcome text, detail text) LANGUAGE plpgsql AS $body$
DECLARE
  t ${schema}.threads%ROWTYPE;
  known bigint;
  one text;
BEGIN
  SELECT * INTO t FROM ${schema}.threads WHERE thread_id = p_id FOR UPDATE;
  IF NOT FOUND OR t.is_deleted OR t.epoch <> p_epoch OR t.owner IS DISTINCT FROM p_owner THEN
    RETURN QUERY SELECT 'lost'::text, NULL::text; RETURN;
  END IF;
  IF t.version = p_version AND t.digest = p_digest AND t.digest_epoch = p_epoch THEN
    RETURN QUERY SELECT 'repeated'::text, NULL::text; RETURN;
  END IF;
  IF p_version <> t.version + 1 THEN
    RETURN QUERY SELECT 'conflict'::text, format('its version is %s, and the thread''s is %s', p_version, t.version);
    RETURN;
  END IF;
  FOR i IN 1 .. coalesce(array_length(p_files, 1), 0) LOOP
    known := coalesce((SELECT size FROM ${schema}.files WHERE thread_id = p_id AND file = p_files[i]), 0);
    IF known <> p_ats[i] THEN
      RETURN QUERY SELECT 'conflict'::text,
        format('%s has %s bytes, and the write begins at %s', p_files[i], known, p_ats[i]);
      RETURN;
    END IF;
  END LOOP;
  IF p_ancestors IS NOT NULL THEN
    -- The lock makes a deletion of the ancestor wait for this append, and the other way round.
    FOREACH one IN ARRAY p_ancestors LOOP
      CONTINUE WHEN EXISTS (SELECT 1 FROM ${schema}.ancestors WHERE thread_id = p_id AND ancestor = one);
      PERFORM 1 FROM ${schema}.threads
        WHERE thread_id = one AND NOT is_deleted AND manifest IS NOT NULL FOR SHARE;
      IF NOT FOUND THEN
        RETURN QUERY SELECT 'ancestor'::text, one; RETURN;
      END IF;
    END LOOP;
    DELETE FROM ${schema}.ancestors WHERE thread_id = p_id AND ancestor <> ALL (p_ancestors);
    INSERT INTO ${schema}.ancestors SELECT p_id, unnest(p_ancestors) ON CONFLICT DO NOTHING;
  END IF;
  INSERT INTO ${schema}.chunks
    SELECT p_id, w.file, w.at, w.length, substring(p_bytes FROM (w.until - w.stored + 1)::int FOR w.stored)
    FROM (SELECT u.*, sum(u.stored) OVER (ORDER BY u.nr) AS until
      FROM unnest(p_files, p_ats, p_lengths, p_stored) WITH ORDINALITY AS u (file, at, length, stored, nr)) w
    WHERE w.length > 0;
  INSERT INTO ${schema}.files
    SELECT p_id, w.file, w.at + w.length, w.sha256
    FROM unnest(p_files, p_ats, p_lengths, p_hashes) AS w (file, at, length, sha256)
    ON CONFLICT (thread_id, file) DO UPDATE SET size = excluded.size, sha256 = excluded.sha256;
  INSERT INTO ${schema}.marks
    SELECT p_id, m.key, substring(p_values FROM (m.until - m.size + 1)::int FOR m.size)
    FROM (SELECT u.*, sum(u.size) OVER (ORDER BY u.nr) AS until
      FROM unnest(p_keys, p_sizes) WITH ORDINALITY AS u (key, size, nr)) m
    ON CONFLICT (thread_id, key) DO UPDATE SET value = excluded.value;
  UPDATE ${schema}.threads SET version = p_version, digest = p_digest, digest_epoch = p_epoch,
    manifest = coalesce(p_manifest, manifest), alive_at = clock_timestamp() WHERE thread_id = p_id;
  RETURN QUERY SELECT 'applied'::text, NULL::text;
END $body$;`;
}

function deleteFunction(schema: string): string {
  return `
CREATE OR REPLACE FUNCTION ${schema}.delete_1(p_id text, p_epoch bigint, p_owner text)
RETURNS TABLE (outcome text, detail text) LANGUAGE plpgsql AS $body$
DECLARE
  t ${schema}.threads%ROWTYPE;
  dependent text;
BEGIN
  SELECT * INTO t FROM ${schema}.threads WHERE thread_id = p_id FOR UPDATE;
  IF FOUND AND t.is_deleted AND t.epoch = p_epoch THEN
    RETURN QUERY SELECT 'deleted'::text, NULL::text; RETURN;
  END IF;
  IF NOT FOUND OR t.epoch <> p_epoch OR t.owner IS DISTINCT FROM p_owner THEN
    RETURN QUERY SELECT 'lost'::text, NULL::text; RETURN;
  END IF;
  SELECT thread_id INTO dependent FROM ${schema}.ancestors WHERE ancestor = p_id LIMIT 1;
  IF FOUND THEN
    RETURN QUERY SELECT 'in_use'::text, dependent; RETURN;
  END IF;
  DELETE FROM ${schema}.chunks WHERE thread_id = p_id;
  DELETE FROM ${schema}.files WHERE thread_id = p_id;
  DELETE FROM ${schema}.marks WHERE thread_id = p_id;
  DELETE FROM ${schema}.ancestors WHERE thread_id = p_id;
  UPDATE ${schema}.threads SET is_deleted = true, manifest = NULL, digest = NULL, owner = NULL WHERE thread_id = p_id;
  RETURN QUERY SELECT 'deleted'::text, NULL::text;
END $body$;`;
}
