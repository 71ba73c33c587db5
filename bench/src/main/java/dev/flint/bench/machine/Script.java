package dev.flint.bench.machine;

import java.util.Map;

/**
 * A line for {@code sh} that does one job.
 *
 * @param env added to this process's environment
 */
public record Script(String line, Map<String, String> env) {
  /** A word of the line, whatever is in it. */
  public static String quote(Object word) {
    return "'" + word.toString().replace("'", "'\\''") + "'";
  }

  /** One after the other, as long as none fails; of the same environment. */
  public Script then(String next) {
    return new Script(line + " && " + next, env);
  }
}
