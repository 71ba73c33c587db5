package dev.flint.cli.command;

import dev.flint.capstan.DiskImport;
import dev.flint.capstan.ImportRequest;
import dev.flint.oci.Document;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.image.FilesImport;
import dev.flint.oci.image.ImageAssembler;
import dev.flint.oci.image.ImageDraft;
import dev.flint.oci.image.WasmArtifact;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.EarlySender;
import java.io.IOException;
import java.util.List;

/** How an image is made once there is a store to make it in, and somebody who wants it soon. */
@FunctionalInterface
interface NewImage {
  /** Makes it, unnamed. */
  DiskImport.Imported make(OciLayout store, EarlySender sender) throws IOException;

  /** Of a disk. */
  static NewImage ofDisk(Context context, LayerPacker packer, ImportRequest request) {
    return (store, sender) ->
        new DiskImport(new ImageAssembler(store, packer, sender), store::newUnfinishedFile)
            .run(request, context.progress());
  }

  /** Of other files. */
  static NewImage ofFiles(
      Context context, LayerPacker packer, FileOptions files, ImageOptions image) {
    image.check();
    image.refuseForFiles();
    if (files.isWasmArtifact()) {
      image.refuseForArtifact();
    }
    return (store, sender) -> {
      try (FilesImport opened = FilesImport.open(files.parts())) {
        BackendKind kind = opened.backend(files.backend());
        ImageDraft draft = image.draft(kind, context.env());
        Document made =
            files.isWasmArtifact()
                ? opened.packArtifact(new WasmArtifact(store), draft, context.progress())
                : opened.pack(
                    new ImageAssembler(store, packer, sender), kind, draft, context.progress());
        return new DiskImport.Imported(made, List.of());
      }
    };
  }
}
