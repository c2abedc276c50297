-- A store as the releases of schema version 1 made it in SQLite. PostgreSQL's numbers are SERIAL instead.
CREATE TABLE accounts (
    name VARCHAR(64) NOT NULL,
    concurrency INTEGER NOT NULL,
    rate INTEGER,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);
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
INSERT INTO schema_version (version) VALUES (1);
INSERT INTO accounts (name, concurrency, rate, created_at) VALUES
    ('shop', 3, 20, 1731574045), ('100000000042', 1, NULL, 1731574045);
INSERT INTO keys (secret_id, secret_key, token, account, created_at, expires_at, disabled_at) VALUES
    ('AKIDpermanentxxxxxxxxxxxxxxxxxxxxxxx', 'permanentsecretxxxxxxxxxxxxxxxxx', NULL, 'shop', 1731574045, NULL, NULL),
    ('AKIDdisabledxxxxxxxxxxxxxxxxxxxxxxxx', 'disabledsecretxxxxxxxxxxxxxxxxxx', NULL, 'shop', 1731574046, NULL, 1731574050),
    ('AKIDtemporaryxxxxxxxxxxxxxxxxxxxxxxx', 'temporarysecretxxxxxxxxxxxxxxxxx', 'tokenxxxxxxxx', '100000000042', 1731574047, 4000000000, NULL),
    ('AKIDexpiredxxxxxxxxxxxxxxxxxxxxxxxxx', 'expiredsecretxxxxxxxxxxxxxxxxxxx', 'tokenyyyyyyyy', '100000000042', 1731574048, 1731574060, NULL);
