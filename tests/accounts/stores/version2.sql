-- A store as the releases of schema version 2 made it in SQLite. PostgreSQL's numbers are SERIAL instead.
CREATE TABLE accounts (
    name VARCHAR(64) NOT NULL,
    concurrency INTEGER NOT NULL,
    rate INTEGER,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE deliveries (
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    account VARCHAR(64) NOT NULL,
    secret_id VARCHAR(64) NOT NULL,
    marked BOOLEAN NOT NULL,
    labelled BOOLEAN NOT NULL,
    signed BOOLEAN NOT NULL,
    labels_found TEXT NOT NULL,
    engine VARCHAR(64) NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    hole INTEGER NOT NULL,
    media_type VARCHAR(64) NOT NULL,
    size BIGINT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    PRIMARY KEY (number)
);
CREATE INDEX ix_deliveries_at ON deliveries (at);
CREATE INDEX ix_deliveries_request_id ON deliveries (request_id);
CREATE TABLE schema_version (
    version INTEGER NOT NULL
);
CREATE TABLE keys (
    secret_id VARCHAR(64) NOT NULL,
    secret_key VARCHAR(64) NOT NULL,
    token VARCHAR(128),
    account VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    disabled_at BIGINT,
    PRIMARY KEY (secret_id),
    FOREIGN KEY(account) REFERENCES accounts (name)
);
CREATE INDEX ix_keys_account ON keys (account);
INSERT INTO schema_version (version) VALUES (2);
INSERT INTO accounts (name, concurrency, rate, created_at) VALUES
    ('shop', 3, 20, 1731574045), ('100000000042', 1, NULL, 1731574045);
INSERT INTO keys (secret_id, secret_key, token, account, created_at, expires_at, disabled_at) VALUES
    ('AKIDpermanentxxxxxxxxxxxxxxxxxxxxxxx', 'permanentsecretxxxxxxxxxxxxxxxxx', NULL, 'shop', 1731574045, NULL, NULL),
    ('AKIDdisabledxxxxxxxxxxxxxxxxxxxxxxxx', 'disabledsecretxxxxxxxxxxxxxxxxxx', NULL, 'shop', 1731574046, NULL, 1731574050),
    ('AKIDtemporaryxxxxxxxxxxxxxxxxxxxxxxx', 'temporarysecretxxxxxxxxxxxxxxxxx', 'tokenxxxxxxxx', '100000000042', 1731574047, 4000000000, NULL),
    ('AKIDexpiredxxxxxxxxxxxxxxxxxxxxxxxxx', 'expiredsecretxxxxxxxxxxxxxxxxxxx', 'tokenyyyyyyyy', '100000000042', 1731574048, 1731574060, NULL);
INSERT INTO deliveries (at, request_id, account, secret_id, marked, labelled, signed, labels_found, engine, width, height, hole, media_type, size, sha256) VALUES
    (1795000000, '5f7c1d2e-0000-4000-8000-000000000001', 'shop', 'AKIDpermanentxxxxxxxxxxxxxxxxxxxxxxx', FALSE, TRUE, FALSE, '["{\"Label\":\"1\"}"]', 'patch', 4999, 3000, 1234, 'image/jpeg', 3000000000, 'abababababababababababababababababababababababababababababababab');
