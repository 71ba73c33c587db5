package dev.flint.build.osv;

import dev.flint.build.file.Execution;
import dev.flint.build.file.OsvSection;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.LaunchLine;
import dev.flint.osv.LaunchWish;
import dev.flint.osv.OsvCommandLine;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a guest starts.
 *
 * @param line to boot with; empty for that of the packages
 * @param options go in front of that of the packages
 * @param script for {@code /run/default}, if the line runs that; or empty
 */
record GuestStart(Optional<OsvCommandLine> line, LaunchWish options, String script) {
  /** Of all names the one that every agent knows. */
  static final String SCRIPT = "/run/default";

  private static final OsvCommandLine RUN = new OsvCommandLine("runscript " + SCRIPT + ";");

  /** What a build file says. */
  static GuestStart of(OsvSection section, Execution execution) throws FlintException {
    LaunchWish wish =
        new LaunchWish(
            execution.command(),
            execution.args(),
            execution.env(),
            execution.workingDir(),
            section.options());
    if (!section.commandLine().isEmpty()) {
      return new GuestStart(Optional.of(new OsvCommandLine(section.commandLine())), wish, "");
    }
    if (!wish.command().isEmpty()) {
      return of(wish);
    }
    if (section.packages().isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE,
          "nothing says what the OSv variant shall run",
          "set command, osv.command or osv.commandLine");
    }
    if (!wish.args().isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE,
          "the OSv variant has args, but its packages say what it runs",
          "set osv.command, or leave them out with osv.args: []");
    }
    return new GuestStart(Optional.empty(), wish, "");
  }

  private static GuestStart of(LaunchWish wish) throws FlintException {
    String program = LaunchLine.program(wish);
    OsvCommandLine shortest = LaunchLine.withOptions(wish, RUN);
    // The class path of a few libraries is longer than all that a line may be.
    boolean fits =
        bytes(shortest.text()) - bytes(RUN.text()) + bytes(program) <= LaunchLine.MAX_BYTES;
    return fits
        ? new GuestStart(
            Optional.of(LaunchLine.withOptions(wish, new OsvCommandLine(program))), wish, "")
        : new GuestStart(Optional.of(shortest), wish, program);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
