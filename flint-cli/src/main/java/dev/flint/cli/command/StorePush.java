package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.oci.transfer.KnownRepositories;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.RegistryClient;
import java.io.IOException;
import java.util.List;

/**
 * Sends images of the store to their registries.
 *
 * @param client one for all images
 * @param store in use
 * @param jobs how many blobs at a time
 * @param mountFrom repositories that may have blobs of them
 */
record StorePush(
    Context context, RegistryClient client, OciLayout store, int jobs, List<String> mountFrom) {
  Document push(Reference reference) throws IOException {
    LayoutImages images = new LayoutImages(store);
    Document document = images.manifest(images.require(reference));
    push(reference, document);
    return document;
  }

  /** Sends an image of the store that may have lost its name since. */
  void push(Reference reference, Document document) throws IOException {
    ImageTarget target = client.repository(reference);
    new Transfer(
            new LayoutImages(store),
            target,
            context.progress(),
            jobs,
            new KnownRepositories(store, reference, mountFrom))
        .copy(document, reference);
  }
}
