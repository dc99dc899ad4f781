#!/bin/sh
# Once, when the cluster is created: the ordinary role that owns the application's database.
# It is no superuser, so that row security and constraints hold for the application too.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
     -v password="$ENTENTE_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE entente LOGIN NOSUPERUSER NOCREATEDB PASSWORD :'password';
CREATE DATABASE entente OWNER entente;
SQL
