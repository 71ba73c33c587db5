# Completion of flint for bash, written by the build. Load it in ~/.bashrc:  . <(flint completion bash)

@ENGINE@
_flint_bash() {
  local i piece before current='' prefix='' breaks=${COMP_WORDBREAKS-:=@} answer line value program
  local words=() rest=${COMP_LINE:0:COMP_POINT}
  # bash splits words at : = and @ too; here pieces with nothing between them are one word, and the
  # last ends at the cursor.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    before=${rest%%[![:blank:]]*}
    rest=${rest#"$before"}
    ((i < COMP_CWORD)) || piece=$rest
    if ((i == 0)) || [[ -n $before ]]; then
      words+=("$piece")
    else
      words[${#words[@]} - 1]+=$piece
    fi
    rest=${rest#"$piece"}
  done
  current=${words[${#words[@]} - 1]}
  unset 'words[${#words[@]}-1]'
  # What readline does not take for the word's beginning must not be repeated.
  breaks=${breaks//[!:=@]/}
  if [[ $current == [\"\']* ]]; then
    current=${current:1}
  elif [[ -n $breaks && $current == *[$breaks]* ]]; then
    prefix=${current%"${current##*["$breaks"]}"}
  fi
  program=${words[0]}
  [[ $program != \~/* ]] || program=$HOME/${program#\~/}
  type -P -- "$program" >/dev/null || program=flint
  answer=$(_flint_engine "$program" "${words[@]:1}" "${current//\\/}" 2>/dev/null)
  COMPREPLY=()
  [[ -n $answer ]] || return 0
  while IFS= read -r line; do
    value=${line%%$'\t'*}
    case $line in
      '<files'*) compopt -o default 2>/dev/null ;;
      '<folders'*) compopt -o dirnames 2>/dev/null ;;
      *) COMPREPLY+=("${value#"$prefix"}") ;;
    esac
  done <<<"$answer"
  case ${#COMPREPLY[@]}:${value-} in
    1:*[:/=]) compopt -o nospace 2>/dev/null ;;
  esac
}

complete -F _flint_bash flint
