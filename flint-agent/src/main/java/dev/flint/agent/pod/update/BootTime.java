package dev.flint.agent.pod.update;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A moment that later processes can compare with their own: unlike the time of day it never jumps.
 *
 * @param boot the kernel's id of the host's present boot
 * @param millis since then, also while the host slept
 */
public record BootTime(String boot, long millis) {
  /**
   * Now.
   *
   * @param proc the kernel's folder {@code /proc}
   */
  public static BootTime read(Path proc) throws IOException {
    String boot = text(proc.resolve("sys/kernel/random/boot_id"));
    // Seconds with two decimals, then what the processors idled (proc(5), uptime).
    String uptime = text(proc.resolve("uptime"));
    int dot = uptime.indexOf('.');
    int space = uptime.indexOf(' ');
    try {
      if (dot > 0 && space == dot + 3) {
        long hundredths =
            Long.parseLong(uptime.substring(0, dot) + uptime.substring(dot + 1, space));
        return new BootTime(boot, hundredths * 10);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IOException("the kernel's uptime cannot be read: " + uptime);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.US_ASCII).strip();
  }
}
