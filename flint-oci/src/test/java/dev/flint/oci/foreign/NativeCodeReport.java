package dev.flint.oci.foreign;

import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.disk.HoleMap;
import java.io.IOException;
import java.nio.file.Path;

/** Run in a process of its own: prints what can be had of the system's libraries. */
final class NativeCodeReport {
  private NativeCodeReport() {}

  public static void main(String[] arguments) throws IOException {
    Codecs codecs = Codecs.ofThisMachine();
    System.out.println(codecs.gzip(DeflateChoice.AUTO, 6).encoder().replaceAll("; level.*", ""));
    try (HoleMap map = HoleMap.open(Path.of(arguments[0]))) {
      System.out.println(map.channel().size() + " " + map.zerosAt(0));
    }
  }
}
