# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# What all cases use: waiting, asking, counting.

slow=${SLOW:-1}
failures=0
passed=0
work=''

say() { printf '%s\n' "== $*"; }

# What a case has measured; printed behind its name.
note() { printf '%s; ' "$*" >>"$work/note"; }

fail() {
  echo "NOT SO: $*" >&2
  return 1
}

need() {
  local name missing=''
  PATH="$bin:$PATH:/usr/sbin:/sbin"
  export PATH
  for name in "$@"; do
    command -v "$name" >/dev/null || missing="$missing $name"
  done
  [ -z "$missing" ] || { echo "missing:$missing" >&2; exit 2; }
}

# Milliseconds of a clock that only goes forward.
now() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

seconds_since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", (b - a) / 1000 }'; }

# Seconds of processor that a process has had, with those of its children that it waited for.
cpu_of() {
  awk -v hertz="$(getconf CLK_TCK)" '{ printf "%.1f", ($14 + $15 + $16 + $17) / hertz }' "/proc/$1/stat"
}

# await SECONDS COMMAND...: until it succeeds.
await() {
  local end=$(($(now) + $1 * slow * 1000))
  shift
  until "$@" >"$work/await" 2>&1; do
    if [ "$(now)" -gt $end ]; then
      echo "not in time: $*" >&2
      cat "$work/await" >&2
      return 1
    fi
    sleep 0.2
  done
}

# await_text SECONDS TEXT COMMAND...: until it prints just that.
await_text() {
  local end=$(($(now) + $1 * slow * 1000)) wanted=$2 got=''
  shift 2
  while :; do
    if got=$("$@" 2>"$work/await") && [ "$got" = "$wanted" ]; then
      return 0
    fi
    if [ "$(now)" -gt $end ]; then
      echo "not in time: $* is: $got; not: $wanted" >&2
      cat "$work/await" >&2
      return 1
    fi
    sleep 0.2
  done
}

# same EXPECTED GOT WHAT
same() { [ "$1" = "$2" ] || fail "$3: $2, not $1"; }

# has TEXT PART
has() { case $1 in *"$2"*) ;; *) fail "no '$2' in: $1" ;; esac; }

# field KIND NAME JSONPATH
field() { kubectl get "$1" "$2" -o "jsonpath=$3"; }

ready_since() {
  field "$1" "$2" '{range .status.conditions[?(@.type=="Ready")]}{.status} {.lastTransitionTime}{end}'
}

is_gone() { [ -z "$(kubectl get "$@" --ignore-not-found -o name)" ]; }

# Names of the pods of an application that are not on their way out.
pods_of() {
  kubectl get pods -l "app=$1" -o json |
    jq -r '.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name'
}

count_pods() { kubectl get pods -l "app=$1" -o name | wc -l; }

# Ids and restarts of all containers of an application's pods: the same means nothing was restarted.
containers_of() {
  kubectl get pods -l "app=$1" -o json | jq -r '.items[] | .metadata.name as $pod
    | .status.containerStatuses[] | "\($pod) \(.name) \(.containerID) \(.restartCount)"' | sort
}

# run_cases [NAME...]
run_cases() {
  local names name begin rc
  names=("$@")
  [ $# -gt 0 ] || mapfile -t names < <(sed -n 's/^case_\([a-z0-9_]*\)() {.*/\1/p' "$here"/cases/*.sh)
  for name in "${names[@]}"; do
    : >"$work/note"
    begin=$(now)
    rc=0
    # Not after && or in an if: there, set -e would count for nothing within it.
    set +e
    (
      set -e
      [ -z "${TRACE:-}" ] || set -x
      "case_$name"
    ) >"$work/case/$name.log" 2>&1
    rc=$?
    set -e
    if [ $rc = 0 ]; then
      passed=$((passed + 1))
      printf 'ok      %-34s %6s s  %s\n' "$name" "$(seconds_since "$begin")" "$(cat "$work/note")"
    else
      failures=$((failures + 1))
      printf 'FAILED  %-34s %6s s  %s\n' "$name" "$(seconds_since "$begin")" "$(cat "$work/note")"
      sed 's/^/        | /' "$work/case/$name.log" | tail -n 40
    fi
  done
}

finish() {
  local rc=$?
  set +e
  trap - EXIT
  [ -z "$work" ] || {
    stop_device
    stop_plane
    if [ "$failures" -gt 0 ] || [ $rc = 1 ] || [ -n "${KEEP:-}" ]; then
      say "logs are in $work"
    else
      rm -rf "$work"
    fi
  }
  [ $((passed + failures)) = 0 ] || say "$passed ok, $failures failed"
  [ "$failures" = 0 ] || rc=1
  exit $rc
}
