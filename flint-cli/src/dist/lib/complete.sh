# For the launcher: answers `flint __complete KIND WORD`, which the completion scripts ask, with the
# names of a kind that begin with WORD, one to a line. No Java is started but in the background.
#
# Whatever is wrong it says nothing, and names pass only if all of their characters are such as
# names have: the files may be anybody's.
#
# shellcheck shell=sh disable=SC2154 # home and launcher are the launcher's
set +f
umask 077
exec 2>/dev/null
kind=${1-} word=${2-}
data=${FLINT_HOME:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/flint}
capstan=${CAPSTAN_ROOT:-${HOME:-}/.capstan}

# Reads a file that may be long or no file at all.
content() {
  [ -f "$1" ] && head -c 8388608 "$1"
}

# Of the lines, the names that begin with $1.
names() {
  BEGINNING=$1 LC_ALL=C awk '
    BEGIN { beginning = ENVIRON["BEGINNING"] }
    substr($0, 1, length(beginning)) == beginning && /^[A-Za-z0-9_][A-Za-z0-9._:@\/+-]*$/' | sort -u
}

# The names in the index of the local store. Cut at quotation marks, every other piece is a text, and
# none with a quotation mark in it can be taken for a key.
stored() {
  content "$data/store/index.json" | LC_ALL=C awk '
    BEGIN { RS = "\""; key = "org.opencontainers.image.ref.name" }
    at == 2 { name = $0; at = 3; next }
    at == 3 { print name }
    at == 1 && /^[ \t\r\n]*:[ \t\r\n]*$/ { at = 2; next }
    { at = ($0 == key) }'
}

# The instances in one of these phases.
instances() {
  cd "$data/agent/instances" &&
    grep -lE "\"phase\"[[:space:]]*:[[:space:]]*\"($1)\"" ./*/state.json |
    sed -e 's|^\./||' -e 's|/state\.json$||'
}

# The images of the Capstan repository: folders with a disk of the folder's name.
capstan_images() {
  cd "$capstan/repository" &&
    find . -name '.?*' -prune -o \( -name '*.qemu' -o -name '*.raw' -o -name '*.vbox' \
      -o -name '*.vmw' -o -name '*.vmware' \) -print | awk -F/ '
        NF > 2 && match($NF, /\.[a-z]+$/) && substr($NF, 1, RSTART - 1) == $(NF - 1) {
          name = $2
          for (i = 3; i < NF; i++) name = name "/" $i
          print name
        }'
}

capstan_packages() {
  cd "$capstan/packages" && for file in *.mpm; do
    printf '%s\n' "${file%.mpm}"
  done
}

# The registries of logins: keys of "auths" and "credHelpers", never a value.
logins() {
  for file in "${REGISTRY_AUTH_FILE:-}" "${DOCKER_CONFIG:-${HOME:-}/.docker}/config.json" \
    "${XDG_RUNTIME_DIR:-/run}/containers/auth.json" \
    "${XDG_CONFIG_HOME:-${HOME:-}/.config}/containers/auth.json"; do
    content "$file" | LC_ALL=C awk '
      BEGIN { RS = "\"" }
      NR % 2 == 0 { text = $0; next }
      /^[ \t\r\n]*:/ && depth == 1 { section = (text == "auths" || text == "credHelpers") }
      /^[ \t\r\n]*:/ && depth == 2 && section { print text }
      { depth += gsub(/[{]/, "&") - gsub(/[}]/, "&") }' |
      sed -e 's|^https*://||' -e 's|^index\.docker\.io/.*|docker.io|' -e 's|/.*||'
  done
}

# Registries that one is logged in to or has images of.
hosts() {
  logins
  stored | sed -n 's|^\([^/]*\)/.*|\1|p' | grep -E '[.:]|^localhost$'
}

# Succeeds if a file was written in so many minutes.
younger() {
  [ -n "$(find "$1" -mmin "-$2")" ]
}

# What a registry says: from the cache, or else the program asks it, in the background. Then this
# waits for a fifth of a second; the next time it may be there. $1: tags or repositories; $2: of
# which. No / is in the file's name, and a word before; no name has a ~.
ask_registry() {
  find_cache || return
  folder=$cache/names
  [ -d "$folder" ] || mkdir -p "$folder"
  # Another's may have links in it to files that would be emptied here.
  # shellcheck disable=SC3067 # all shells have -O
  [ -O "$folder" ] || return
  file=$folder/$1-$(printf %s "$2" | tr / %)
  if ! younger "$file" 5 && ! younger "$file~asked" 1; then
    : >"$file~asked" || return
    find "$folder" -type f -mtime +0 -exec rm -f {} +
    "$home/bin/$launcher" name-cache "$1" "$2" "$file" </dev/null >/dev/null &
    # Once and not in steps: a step costs a process, and Java's answer takes about as long anyway.
    sleep 0.2
  fi
  younger "$file" 5 && content "$file"
}

# Registries, their repositories with $1 after each, and if that is a colon the tags of one.
remote() {
  host=${word%%/*}
  case $word in
    -* | *[!A-Za-z0-9._:/-]*) ;;
    */*)
      case $host in *.* | *:* | localhost) ;; *) return ;; esac
      case $1${word##*/} in
        :*:*) ask_registry tags "${word%:*}" | sed "s|^|${word%:*}:|" ;;
        *) ask_registry repositories "$host" | sed -e "s|^|$host/|" -e "s|\$|$1|" ;;
      esac
      ;;
    *) hosts | sed 's|$|/|' ;;
  esac
}

case $kind in
  stored) stored | names "$word" ;;
  remote) { stored && remote :; } | names "$word" ;;
  repository) remote '' | names "$word" ;;
  host) hosts | names "$word" ;;
  login) logins | names "$word" ;;
  instance) instances 'CREATED|STARTING|RUNNING|WAITING|EXITED' | names "$word" ;;
  running) instances 'STARTING|RUNNING|WAITING' | names "$word" ;;
  capstan) capstan_images | names "$word" ;;
  package) capstan_packages | names "$word" ;;
esac
exit 0
