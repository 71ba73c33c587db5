package dev.flint.agent.qemu;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a start beside the plan, from before QEMU is started, so that whoever comes later
 * knows that there was one.
 *
 * @param boot the kernel's id of the host's present boot
 * @param console the length of the console's file at the start, in bytes
 * @param note how it runs
 */
record RunRecord(String boot, long console, String note) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  static RunRecord now(QemuPlan plan, String note) throws IOException {
    Path console = plan.console();
    return new RunRecord(bootId(), Files.exists(console) ? Files.size(console) : 0, note);
  }

  /** Whether the host was not restarted since. */
  boolean isOfThisBoot() throws IOException {
    return boot.equals(bootId());
  }

  void write(QemuPlan plan) throws IOException {
    JsonObject json =
        JsonObject.empty().with("boot", boot).with("console", console).with("note", note);
    AtomicFile.write(file(plan), json.bytes(), plan.run().resolve("start.json.new"));
  }

  /** The record of a run; null if there was no start. */
  static @Nullable RunRecord read(QemuPlan plan) throws IOException {
    try {
      JsonObject json = JsonObject.parse(Files.readAllBytes(file(plan)), "record of a start");
      return new RunRecord(
          json.requiredString("boot"),
          json.integer("console").orElse(0),
          json.requiredString("note"));
    } catch (NoSuchFileException e) {
      return null;
    } catch (FlintException e) {
      // It is written whole or not at all, so this is a damaged file system.
      return null;
    }
  }

  private static Path file(QemuPlan plan) {
    return plan.run().resolve("start.json");
  }

  private static String bootId() throws IOException {
    return Files.readString(BOOT, StandardCharsets.US_ASCII).strip();
  }
}
