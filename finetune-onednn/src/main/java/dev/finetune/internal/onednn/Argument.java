package dev.finetune.internal.onednn;

import org.bytedeco.dnnl.memory;

/**
 * One tensor that a primitive reads or writes.
 *
 * @param role one of oneDNN's {@code DNNL_ARG_} numbers
 */
record Argument(int role, memory.desc layout, Place place) {}
