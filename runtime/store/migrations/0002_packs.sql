-- Which pack made a firing: rules change while the store stays.

-- A version of the pack that ran over this store.
CREATE TABLE clausal_pack (
    id      INTEGER PRIMARY KEY,
    version TEXT NOT NULL,         -- as the pack says
    hash    TEXT NOT NULL UNIQUE   -- of what its rules mean
) STRICT;

-- NULL: of a run before this was recorded.
ALTER TABLE clausal_firing ADD COLUMN pack INTEGER REFERENCES clausal_pack (id);

DROP VIEW clausal_firings;
CREATE VIEW clausal_firings AS
SELECT firing.rule, firing.subject,
       strftime('%Y-%m-%dT%H:%M:%S', (firing.time - ((firing.time % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
           || printf('.%06dZ', ((firing.time % 1000000) + 1000000) % 1000000) AS time,
       firing.step, firing.actions, firing.id, pack.version AS pack_version, pack.hash AS pack_hash
FROM clausal_firing AS firing LEFT JOIN clausal_pack AS pack ON pack.id = firing.pack
ORDER BY firing.position;
