-- The version of its type's schema that an event was published under; NULL if the catalog had no such type.
ALTER TABLE events ADD COLUMN schema_version INTEGER;
-- On the newest version of a dialect that its project has deleted. The versions stay: attempts name them.
ALTER TABLE dialects ADD COLUMN deleted_at INTEGER;
