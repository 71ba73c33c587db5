package dev.flint.osv;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a start wants other than the image says.
 *
 * @param command replaces the image's whole application part; empty keeps it
 * @param args follow the command; without a command they replace what follows the image's program
 * @param env added to the image's environment, stronger than it
 * @param workingDir an absolute path in the guest; empty keeps the image's
 * @param options kernel options as they are meant, {@code --name} or {@code --name=value}, not
 *     escaped; for example {@code --ip=eth0,10.0.2.15,255.255.255.0}
 */
public record LaunchWish(
    List<String> command,
    List<String> args,
    Map<String, String> env,
    String workingDir,
    List<String> options) {
  /** Nothing other than the image says. */
  public static final LaunchWish NONE =
      new LaunchWish(List.of(), List.of(), Map.of(), "", List.of());

  /** Copies the collections. */
  public LaunchWish {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    options = List.copyOf(options);
  }
}
