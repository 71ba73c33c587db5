#compdef flint
# Completion of flint for zsh, written by the build. Lies as _flint in a folder of fpath, or is
# loaded in ~/.zshrc after compinit:  source <(flint completion zsh)

@ENGINE@
_flint() {
  local answer line value item program found=1
  local -a spaced unspaced before=("${(@Q)words[2,CURRENT-1]}")
  program=${${(Q)words[1]}/#\~\//$HOME/}
  whence -p -- $program >/dev/null || program=flint
  local current=${(Q)PREFIX}
  answer=$(emulate sh; _flint_engine "$program" "${before[@]}" "$current" 2>/dev/null)
  for line in ${(f)answer}; do
    value=${line%%$'\t'*}
    case $line in
      ('<files'*)
        compset -P "${(b)${line#*$'\t'}}"
        _files && found=0
        ;;
      ('<folders'*)
        compset -P "${(b)${line#*$'\t'}}"
        _files -/ && found=0
        ;;
      (*)
        # In such a list a colon ends the value.
        item=${value//:/\\:}${${line#*$'\t'}:+:${line#*$'\t'}}
        case $value in
          (*[:/=]) unspaced+=("$item") ;;
          (*) spaced+=("$item") ;;
        esac
        ;;
    esac
  done
  (( $#spaced )) && _describe -t values value spaced && found=0
  (( $#unspaced )) && _describe -t values value unspaced -S '' && found=0
  return found
}

if [[ ${funcstack[1]} == _flint ]]; then
  _flint "$@"
elif (( $+functions[compdef] )); then
  compdef _flint flint
else
  print -u2 'flint: completion needs compinit before it: autoload -Uz compinit && compinit'
fi
