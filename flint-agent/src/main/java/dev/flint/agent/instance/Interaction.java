package dev.flint.agent.instance;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;

/**
 * How somebody may talk to the program of a container (core/v1 Container).
 *
 * @param stdin whether its standard input stays open for whoever attaches; else there is none
 * @param once whether it ends when the first who attached goes
 * @param terminal whether it has a terminal; then there is no standard error
 */
public record Interaction(boolean stdin, boolean once, boolean terminal) {
  /** Nobody may. */
  public static final Interaction NONE = new Interaction(false, false, false);

  /** Whether its input ends with who types: not that of a terminal, which goes on. */
  public boolean endsWithInput() {
    return once && !terminal;
  }

  JsonObject json() {
    return JsonObject.empty().with("stdin", stdin).with("stdinOnce", once).with("tty", terminal);
  }

  static Interaction of(JsonObject json) throws FlintException {
    return new Interaction(json.flag("stdin"), json.flag("stdinOnce"), json.flag("tty"));
  }
}
