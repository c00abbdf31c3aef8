#!/bin/sh
# Compiles the library and its tests into a temporary folder and runs them; the last lines are JUnit's summary.
# JARS is where JUnit and the Servlet API lie (Debian: junit5 and libjakarta-servlet-api-java).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
jars=${JARS:-/usr/share/java}
servlet=$jars/jakarta-servlet-api.jar
junit=$jars/junit-platform-console-standalone.jar

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM

javac -Xlint:all -Werror --release 17 -cp "$servlet" -d "$out/main" \
    "$here"/src/main/java/dev/nuncio/webhooks/*.java
cp -r "$here/src/main/resources/." "$out/main"
# JUnit's manifest names jars that Debian does not ship, hence no lint of paths.
javac -Xlint:all,-path,-processing,-classfile --release 17 -cp "$out/main:$junit:$servlet" -d "$out/test" \
    "$here"/src/test/java/dev/nuncio/webhooks/*.java
java -Dnuncio.root="$here/../.." -Djava.util.logging.config.file="$here/src/test/resources/logging.properties" \
    -cp "$out/main:$out/test:$junit:$servlet" \
    org.junit.platform.console.ConsoleLauncher --scan-classpath "$out/test" --disable-banner \
    --details "${DETAILS:-summary}"
