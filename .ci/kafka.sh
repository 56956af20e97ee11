#!/usr/bin/env bash
# Apache Kafka's jars (46 MB) from Maven Central into a folder: bash .ci/kafka.sh FOLDER; then STACKTRIAL_KAFKA=FOLDER npm test
set -euo pipefail
folder=$(realpath -m "$1")
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cat >"$project/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>stacktrial</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>3.9.1</version></dependency></dependencies>
</project>
POM
mvn -q -B -f "$project/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
  -DoutputDirectory="$folder" -DincludeScope=runtime
