-- Endpoints whose receivers have asked for a pause: until when, on the steady clock.
CREATE TABLE pauses (
    endpoint INTEGER PRIMARY KEY,
    until    INTEGER NOT NULL
);
