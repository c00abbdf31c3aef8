-- What a broadcast's events have besides their data: channels, metadata, headers, how long they are kept.
ALTER TABLE broadcasts ADD COLUMN extras TEXT;
