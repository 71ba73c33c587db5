# Prints what may stand at the cursor, in words that sh, bash and zsh understand: lines of a value, a
# tab and a description. A line "<files", or "<folders", with a tab and a prefix asks the shell for
# files after that prefix, which begins the word.
#
#   _flint_engine PROGRAM WORD... CURRENT    CURRENT is what was typed of the last word, maybe nothing
#
# Runs in a subshell: the shell of the user keeps its variables and options.
_flint_engine() {
  set -o noglob
  f_lines='
'
  IFS=$f_lines
  f_program=$1
  shift
  f_used=' ' f_rest='' f_takes='' f_words=''
  _flint_tables
  _flint_enter flint
  while [ $# -gt 1 ]; do
    _flint_pass "$1" || return 0
    shift
  done
  _flint_current "${1-}"
}

# Makes a command the one that is being typed.
_flint_enter() {
  f_command=$1 f_options='' f_operands='' f_commands='' f_stops='' f_seen=0
  _flint_command "$1"
}

# Takes note of a whole word. Fails where nothing sensible can follow.
_flint_pass() {
  if [ -n "$f_takes" ]; then
    _flint_given "$1"
    f_takes=''
    return 0
  fi
  case $f_rest:$1 in
    rest:*) f_seen=$((f_seen + 1)) ;;
    :--) f_rest=rest ;;
    :--*=*)
      _flint_option "${1%%=*}"
      _flint_given "${1#*=}"
      f_takes=''
      ;;
    :--*) _flint_option "$1" ;;
    :-?*) _flint_cluster "${1#-}" ;;
    *) _flint_operand "$1" ;;
  esac
}

# A value of the option that was found last. One says where names are looked for.
_flint_given() {
  [ "$f_name" != --capstan-root ] || f_root=$1
}

# Letters after one dash: options that take nothing, and at the end one that takes a value, which
# may be the rest of the word.
_flint_cluster() {
  f_letters=$1
  while [ -n "$f_letters" ]; do
    f_tail=${f_letters#?}
    _flint_option "-${f_letters%"$f_tail"}"
    if [ -n "$f_takes" ] && [ -n "$f_tail" ]; then
      f_takes='' f_tail=''
    fi
    f_letters=$f_tail
  done
}

# Looks for an option of the command; f_takes becomes what it takes, or nothing.
_flint_option() {
  f_name=$1 f_takes=''
  for f_line in $f_options; do
    case " ${f_line%%|*} " in
      *" $1 "*)
        f_more=${f_line#*|}
        f_takes=${f_more%%|*}
        f_more=${f_more#*|}
        [ "${f_more%%|*}" = again ] || f_used="$f_used${f_line%%|*} "
        ;;
    esac
  done
  return 0
}

_flint_operand() {
  if [ -z "$f_commands" ]; then
    f_seen=$((f_seen + 1)) f_words="$f_words $1"
    # What follows belongs to what is run.
    [ -z "$f_stops" ] || f_rest=rest
    return 0
  fi
  for f_line in $f_commands; do
    case " ${f_line%%|*} " in
      *" $1 "*)
        f_line=${f_line%%|*}
        _flint_enter "$f_command ${f_line%% *}"
        return 0
        ;;
    esac
  done
  return 1
}

_flint_current() {
  if [ -n "$f_takes" ]; then
    _flint_values "$f_takes" "$1" ''
    return 0
  fi
  case $f_rest:$1 in
    rest:*) ;;
    :--*=*)
      _flint_option "${1%%=*}"
      [ -z "$f_takes" ] || _flint_values "$f_takes" "${1#*=}" "${1%%=*}="
      return 0
      ;;
    :-*)
      _flint_list_options "$1"
      return 0
      ;;
  esac
  if [ -n "$f_commands" ]; then
    _flint_list_commands "$1"
    return 0
  fi
  f_kind='' f_count=0
  for f_line in $f_operands; do
    # The last kind may stand for all that follow.
    case $f_count:$f_line in
      "$f_seen":* | *:*'...') f_kind=${f_line%...} ;;
    esac
    f_count=$((f_count + 1))
    [ "$f_count" -le "$f_seen" ] || break
  done
  if [ -n "$f_kind" ]; then
    _flint_values "$f_kind" "$1" ''
  elif [ -z "$1$f_rest" ]; then
    _flint_list_options --
  fi
}

# The names of options that begin so and may still be given.
_flint_list_options() {
  for f_line in $f_options; do
    f_names=${f_line%%|*}
    f_more=${f_line#*|*|*|}
    IFS=' '
    for f_name in $f_names; do
      case $f_used in *" $f_name "*) continue ;; esac
      case $f_name in "$1"*) printf '%s\t%s\n' "$f_name" "$f_more" ;; esac
    done
    IFS=$f_lines
  done
}

_flint_list_commands() {
  for f_line in $f_commands; do
    f_names=${f_line%%|*}
    IFS=' '
    for f_name in $f_names; do
      case $f_name in "$1"*) printf '%s\t%s\n' "$f_name" "${f_line#*|}" ;; esac
    done
    IFS=$f_lines
  done
}

# Values of a kind ($1) that begin with $2, each after a prefix ($3) that the word has already.
_flint_values() {
  case $1 in
    words:*)
      f_names=${1#words:}
      IFS=' '
      for f_name in $f_names; do
        case $f_name in "$2"*) printf '%s\t\n' "$3$f_name" ;; esac
      done
      IFS=$f_lines
      ;;
    files | folders) printf '<%s\t%s\n' "$1" "$3" ;;
    command) _flint_help "$2" ;;
    place) _flint_place "$2" "$3" ;;
    # A name, or else a file.
    disk)
      f_answer=$(_flint_ask stored "$2" "$3")
      if [ -n "$f_answer" ]; then printf '%s\n' "$f_answer"; else printf '<files\t%s\n' "$3"; fi
      ;;
    none) ;;
    *) _flint_ask "$1" "$2" "$3" ;;
  esac
}

# The words after "help" are a command.
_flint_help() {
  f_names=$f_words
  _flint_enter flint
  IFS=' '
  for f_name in $f_names; do
    IFS=$f_lines
    _flint_operand "$f_name" || return 0
  done
  IFS=$f_lines
  _flint_list_commands "$1"
}

# A place as flint copy has it.
_flint_place() {
  case $1 in
    oci:*) printf '<folders\t%soci:\n' "$2" ;;
    oci-archive:*) printf '<files\t%soci-archive:\n' "$2" ;;
    docker-archive:*) printf '<files\t%sdocker-archive:\n' "$2" ;;
    store:*) _flint_ask stored "${1#store:}" "${2}store:" ;;
    *)
      for f_name in store: oci: oci-archive: docker-archive:; do
        case $f_name in "$1"*) printf '%s\t\n' "$2$f_name" ;; esac
      done
      _flint_ask remote "$1" "$2"
      ;;
  esac
}

# Names that Flint looks up; only such as can do no harm in a command line or a terminal.
_flint_ask() {
  f_answer=$([ -z "${f_root-}" ] || export CAPSTAN_ROOT="$f_root"
    "$f_program" __complete "$1" "$2" 2>/dev/null </dev/null)
  for f_line in $f_answer; do
    case $f_line in
      -* | *[!A-Za-z0-9._:@/+-]*) ;;
      "$2"*) printf '%s\t\n' "$3$f_line" ;;
    esac
  done
}
