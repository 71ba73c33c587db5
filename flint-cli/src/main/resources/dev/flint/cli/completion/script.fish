# Completion of flint for fish, written by the build. Lies in ~/.config/fish/completions/flint.fish,
# or is loaded in config.fish:  flint completion fish | source

# Run by sh, which has the language in common with the other shells.
set -g __flint_engine '@ENGINE@'

function __flint_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    type -qf -- $program
    or set program flint
    set -l typed (string unescape -- $current)
    or set typed (string trim -lc '"\'' -- $current)
    for line in (sh -c "$__flint_engine"'
        _flint_engine "$@"' sh $program $words[2..-1] "$typed" 2>/dev/null)
        set -l parts (string split -m 1 \t -- $line)
        switch $parts[1]
            case '<files' '<folders'
                # The rest of the word is still as it was typed.
                set -l rest (string sub -s (math (string length -- "$parts[2]") + 1) -- $current)
                for path in (complete -C "'' $rest")
                    set path (string split -m 1 \t -- $path)[1]
                    if test $parts[1] = '<files'; or string match -q '*/' -- $path
                        printf "%s%s\n" $parts[2] $path
                    end
                end
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c flint -f -a '(__flint_complete)'
