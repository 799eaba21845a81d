#!/bin/sh
# Rebuilds the vendored stylesheet and scripts from the pinned packages.
# Usage: npm ci && ./build.sh   (in this folder; the results are committed)
set -eu
cd "$(dirname "$0")"
assets=..

npx sass --style=compressed --no-charset --no-source-map --load-path=node_modules nhsuk.scss >nhsuk.tmp
# Sort arrows and the search cross are pictures that Headroom does not have: their rules go, so that no page asks for them.
sed -E 's/[^{}]*\{[^{}]*url\([^}]*\}//g' nhsuk.tmp >"$assets/css/nhsuk.css"
rm nhsuk.tmp

# Unmodified but for the pointer to a source map that is not shipped.
for pair in htmx.min.js:htmx.min.js ext/hx-sse.min.js:hx-sse.min.js; do
  sed '/^\/\/# sourceMappingURL=/d' "node_modules/htmx.org/dist/${pair%%:*}" >"$assets/js/${pair##*:}"
done

if grep -l 'url(\|@import\|@font-face\|Frutiger' "$assets/css/nhsuk.css"; then
  echo 'the stylesheet would fetch something: see above' >&2
  exit 1
fi
