package dev.flint.osv;

import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Composes the line a guest boots with from what its image says and what a start wants. The image's
 * kernel options are kept, but for those that the wish gives too; of an option that OSv takes once
 * it would take the first. Of environments the wish's is the strongest, then the image config's,
 * then the disk's. What OSv's parsers (core/commands.cc and core/options.cc) could not give the
 * program as it was wished is refused here.
 */
public final class LaunchLine {
  /** The longest line in bytes; OSv's own setter takes no longer one either. */
  public static final int MAX_BYTES = 1023;

  private LaunchLine() {}

  /**
   * Composes a line.
   *
   * @param disk the line on the disk
   * @throws FlintException UNSUPPORTED for what no line can say, USAGE for a wish that is none,
   *     PROTOCOL for an environment in the image config that is none
   */
  public static OsvCommandLine compose(OsvCommandLine disk, ImageConfig config, LaunchWish wish)
      throws FlintException {
    BootOptions options = new BootOptions(disk.kernelOptions());
    for (String entry : config.env()) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new FlintException(
            ErrorCode.PROTOCOL, "the image config's environment entry " + entry + " has no =");
      }
      options.env(entry.substring(0, equals), entry.substring(equals + 1));
    }
    for (Map.Entry<String, String> entry : wish.env().entrySet()) {
      options.env(entry.getKey(), entry.getValue());
    }
    for (String directory : List.of(config.workingDir(), wish.workingDir())) {
      if (!directory.isEmpty()) {
        options.workingDir(directory);
      }
    }
    options.set(wish.options());
    // The only way to see an exit status, and the only way to see a crash end.
    options.flag("--verbose");
    options.flag("--power-off-on-abort");
    return bounded(options.text() + " " + application(disk, wish));
  }

  /**
   * Composes the line that is written on a disk, for whatever will start it.
   *
   * @param wish names a command
   * @throws FlintException as {@link #compose}
   */
  public static OsvCommandLine write(LaunchWish wish) throws FlintException {
    return withOptions(wish, new OsvCommandLine(program(wish)));
  }

  /**
   * What a wish runs, as a line has it after the kernel's options, or a script of {@code runscript}
   * as a whole.
   *
   * @param wish names a command
   */
  public static String program(LaunchWish wish) throws FlintException {
    return application(new OsvCommandLine(""), wish);
  }

  /** Puts the environment, the directory and the options of a wish into a line. */
  public static OsvCommandLine withOptions(LaunchWish wish, OsvCommandLine line)
      throws FlintException {
    BootOptions options = new BootOptions(line.kernelOptions());
    for (Map.Entry<String, String> entry : wish.env().entrySet()) {
      options.env(entry.getKey(), entry.getValue());
    }
    if (!wish.workingDir().isEmpty()) {
      options.workingDir(wish.workingDir());
    }
    options.set(wish.options());
    String text = options.text();
    return bounded((text.isEmpty() ? "" : text + " ") + line.application());
  }

  private static String application(OsvCommandLine disk, LaunchWish wish) throws FlintException {
    List<String> words = new ArrayList<>();
    if (!wish.command().isEmpty()) {
      words.add(ApplicationPart.quoteProgram(wish.command().get(0)));
      for (String word : wish.command().subList(1, wish.command().size())) {
        words.add(ApplicationPart.quote(word, words.size() + 1));
      }
    } else if (wish.args().isEmpty()) {
      if (disk.application().isBlank()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "the image's command line names no program",
            "give a command to run");
      }
      return disk.application();
    } else {
      words.add(ApplicationPart.onlyProgram(disk.application()));
    }
    for (String word : wish.args()) {
      words.add(ApplicationPart.quote(word, words.size() + 1));
    }
    return String.join(" ", words);
  }

  private static OsvCommandLine bounded(String line) throws FlintException {
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_BYTES) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "a command line of " + length + " bytes, and OSv takes " + MAX_BYTES,
          "shorten arguments or environment, or put them into a mounted file");
    }
    return new OsvCommandLine(line);
  }
}
