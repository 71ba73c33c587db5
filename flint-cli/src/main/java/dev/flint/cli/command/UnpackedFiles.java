package dev.flint.cli.command;

import dev.flint.cli.command.DiskOutput.Part;
import dev.flint.cli.command.StoredImage.Content;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.ForeignFile;
import dev.flint.oci.foreignimage.ForeignImage;
import dev.flint.oci.foreignimage.ForeignUnpacker;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.ImageFile;
import dev.flint.oci.image.ImageUnpacker;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be unpacked of a stored image. */
final class UnpackedFiles {
  private final Context context;
  private final ImageUnpacker unpacker;
  private final ForeignUnpacker foreign;

  UnpackedFiles(Context context, OciLayout store, long maxSize) {
    this.context = context;
    this.unpacker = new ImageUnpacker(store, context.chunks(), maxSize);
    this.foreign = new ForeignUnpacker(new LayoutImages(store), maxSize);
  }

  /** Writes the one disk of an image, Flint's or another's. */
  DiskInfo disk(Content content, FileChannel target) throws IOException {
    if (content.foreign().isEmpty()) {
      return unpacker.unpack(content.image(), target, context.progress());
    }
    ForeignFile file = content.foreign().get().files().get(0);
    foreign.unpack(content.image(), file, target);
    return DiskProbe.probe(target, file.place() + " of the image");
  }

  /** The files of an image that is more than a disk. */
  List<Part> parts(Content content) {
    List<Part> parts = new ArrayList<>();
    for (ImageFile file : content.files()) {
      parts.add(
          new Part(
              file.role(),
              name(file.role()),
              file.digest(),
              target -> unpacker.unpack(file, target, context.progress())));
    }
    if (content.foreign().isPresent()) {
      ForeignImage image = content.foreign().get();
      for (ForeignFile file : image.files()) {
        parts.add(
            new Part(
                file.role(),
                name(file.role()),
                Optional.empty(),
                target -> foreign(content.image(), file, target)));
      }
    }
    return parts;
  }

  /** The file of an image under the name it has in a folder. */
  static String name(FileRole role) {
    return role == FileRole.DISK ? role.id() : role.entryName();
  }

  /** What is a disk must be safe; that Flint would not import it is no harm. */
  private void foreign(DiskImage image, ForeignFile file, FileChannel target) throws IOException {
    foreign.unpack(image, file, target);
    if (file.role() != FileRole.DISK) {
      return;
    }
    try {
      DiskProbe.probe(target, file.place() + " of the image");
    } catch (FlintException e) {
      if (e.code() != ErrorCode.UNSUPPORTED) {
        throw e;
      }
      context.note(String.valueOf(e.getMessage()));
    }
  }
}
