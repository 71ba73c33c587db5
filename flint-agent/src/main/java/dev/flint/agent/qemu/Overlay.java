package dev.flint.agent.qemu;

import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.disk.Qcow2Overlay;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.OsvDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes what a guest boots from instead of the shared disk. */
final class Overlay {
  private Overlay() {}

  static void write(QemuPlan.Overlay overlay) throws IOException {
    SortedMap<Long, byte[]> patches = new TreeMap<>();
    if (overlay.osv()) {
      OsvCommandLine line = new OsvCommandLine(overlay.commandLine());
      patches.put((long) OsvDisk.LINE_AT, OsvDisk.lineArea(line));
    }
    try (FileChannel base = FileChannel.open(overlay.base());
        FileChannel file =
            FileChannel.open(
                overlay.file(),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      DiskInfo info = DiskProbe.probe(base, overlay.base().toString(), overlay.format());
      GuestReader guest = GuestReader.open(base, info);
      Qcow2Overlay.write(file, overlay.base(), overlay.format(), guest, patches);
    }
  }
}
