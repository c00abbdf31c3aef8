#!/bin/sh
# Compiles the library into build/classes, unless it is there and nothing has changed.
# JARS is where the Servlet API lies (Debian: libjakarta-servlet-api-java).
set -eu

cd "$(dirname "$0")"
servlet=${JARS:-/usr/share/java}/jakarta-servlet-api.jar
done=build/classes/.done

if [ -e "$done" ] && [ -z "$(find src/main build.sh -newer "$done" -print -quit)" ]; then
    exit 0
fi
rm -rf build/classes
mkdir -p build/classes
javac -Xlint:all -Werror --release 17 -cp "$servlet" -d build/classes src/main/java/dev/nuncio/webhooks/*.java
cp -r src/main/resources/. build/classes
touch "$done"
