package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides between KVM and emulation. That /dev/kvm exists, opens and makes a machine proves
 * nothing: under some hypervisors no guest gets anywhere on it. So a tiny guest must have run. The
 * verdict is kept in a file as long as kernel and QEMU are the same ones.
 */
final class KvmProbe {
  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int SECTOR = 512;

  /** The BIOS boots no disk that is smaller than a cylinder. */
  private static final int DISK = 1 << 20;

  /**
   * A boot sector: {@code mov dx,3f8h; mov al,'F'; out dx,al; mov al,'K'; out dx,al; mov al,10h;
   * out f4h,al; hlt; jmp $-1}.
   */
  private static final byte[] GUEST = {
    (byte) 0xba,
    (byte) 0xf8,
    0x03,
    (byte) 0xb0,
    'F',
    (byte) 0xee,
    (byte) 0xb0,
    'K',
    (byte) 0xee,
    (byte) 0xb0,
    0x10,
    (byte) 0xe6,
    (byte) 0xf4,
    (byte) 0xf4,
    (byte) 0xeb,
    (byte) 0xfd
  };

  /** What isa-debug-exit makes of the guest's 10h. */
  private static final int GUEST_EXIT = 0x21;

  private final QemuSettings settings;
  private final Path device;
  private @Nullable Verdict verdict;

  /**
   * What was found out.
   *
   * @param why it does not work, or empty
   */
  private record Verdict(boolean works, String why) {}

  KvmProbe(QemuSettings settings) {
    this(settings, DEVICE);
  }

  KvmProbe(QemuSettings settings, Path device) {
    this.settings = settings;
    this.device = device;
  }

  /**
   * How a guest is run.
   *
   * @param acceleration that it has
   * @param arguments QEMU's
   * @param note for people
   */
  record Choice(Acceleration acceleration, List<String> arguments, String note) {
    static final Choice KVM =
        new Choice(Acceleration.KVM, List.of("-accel", "kvm", "-cpu", "host"), "accel=kvm");

    static Choice tcg(String why) {
      return new Choice(
          Acceleration.TCG,
          List.of("-accel", "tcg"),
          why.isEmpty() ? "accel=tcg" : "accel=tcg (" + why + ")");
    }
  }

  /** Decides, which takes seconds the first time. */
  synchronized Choice choose(Acceleration asked) throws IOException {
    if (asked == Acceleration.TCG) {
      return Choice.tcg("");
    }
    if (asked == Acceleration.KVM) {
      return Choice.KVM;
    }
    if (verdict == null) {
      verdict = find();
    }
    return verdict.works() ? Choice.KVM : Choice.tcg(verdict.why());
  }

  /** What would be decided, as far as that is known without running a guest. */
  synchronized String known(Acceleration asked) throws IOException {
    if (asked != Acceleration.AUTO) {
      return choose(asked).note();
    }
    Verdict found = Files.exists(device) ? kept() : new Verdict(false, "no " + device);
    if (found == null) {
      return "kvm present, to be probed by the first start";
    }
    return found.works() ? Choice.KVM.note() : Choice.tcg(found.why()).note();
  }

  /** Learns of a guest that failed on KVM although the probe ran. */
  synchronized void refute(String why) throws IOException {
    if (verdict != null && verdict.works()) {
      verdict = new Verdict(false, "kvm present but unusable: " + why);
      keep(verdict);
    }
  }

  private Verdict find() throws IOException {
    if (!Files.exists(device)) {
      return new Verdict(false, "no " + device);
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return new Verdict(false, device + " is not for this account");
    }
    Verdict kept = kept();
    if (kept == null) {
      String why = boot(Choice.KVM, LIMIT);
      kept =
          why.isEmpty()
              ? new Verdict(true, "")
              : new Verdict(false, "kvm present but unusable: " + why);
      keep(kept);
    }
    return kept;
  }

  /** Runs the tiny guest; says what went wrong, or nothing. */
  String boot(Choice choice, Duration limit) throws IOException {
    Files.createDirectories(settings.cache());
    Path disk = settings.cache().resolve("kvm-probe.raw");
    byte[] bytes = Arrays.copyOf(GUEST, DISK);
    bytes[SECTOR - 2] = 0x55;
    bytes[SECTOR - 1] = (byte) 0xaa;
    Files.write(disk, bytes);
    Process process =
        new ProcessBuilder(arguments(disk, choice))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream console = process.getInputStream()) {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return "a probe guest did not run in " + limit.toSeconds() + " s";
      }
      String said = new String(console.readNBytes(SECTOR), StandardCharsets.US_ASCII);
      return process.exitValue() == GUEST_EXIT && said.contains("FK")
          ? ""
          : "QEMU ended with " + process.exitValue() + " before a probe guest ran";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted while KVM was probed", e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(disk);
    }
  }

  private List<String> arguments(Path disk, Choice choice) {
    String words =
        settings.program()
            + " -nodefaults -no-user-config -no-reboot -display none -vga none -nic none -m 16M"
            + " -machine pc -serial stdio -monitor none"
            + " -device isa-debug-exit,iobase=0xf4,iosize=4 -device virtio-blk-pci,drive=hd0";
    List<String> argv = new ArrayList<>(Arrays.asList(words.split(" ", -1)));
    argv.addAll(choice.arguments());
    argv.add("-drive");
    argv.add("if=none,id=hd0,format=raw,readonly=on,file=" + disk.toString().replace(",", ",,"));
    return argv;
  }

  private @Nullable Verdict kept() throws IOException {
    Path file = settings.cache().resolve("kvm.json");
    try {
      JsonObject json = JsonObject.parse(Files.readAllBytes(file), "verdict on KVM");
      String why = json.requiredString("why");
      return json.requiredString("of").equals(key()) ? new Verdict(why.isEmpty(), why) : null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (FlintException e) {
      // Found out once more and written anew.
      return null;
    }
  }

  private void keep(Verdict found) throws IOException {
    Files.createDirectories(settings.cache());
    AtomicFile.write(
        settings.cache().resolve("kvm.json"),
        JsonObject.empty().with("of", key()).with("why", found.why()).bytes(),
        settings.cache().resolve("kvm.json.new"));
  }

  /** Says when to look again: another kernel, or another program in QEMU's place. */
  private String key() throws IOException {
    return Files.readString(RELEASE, StandardCharsets.US_ASCII).strip()
        + " "
        + Files.getLastModifiedTime(settings.program())
        + " "
        + Files.size(settings.program());
  }
}
