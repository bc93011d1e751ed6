// Optimiser steps, fused: each reads and writes every array once. Without contraction they give the same bits
// on every instruction set.

// SGD with momentum (Sutskever et al. 2013, in the form of PyTorch: the rate multiplies the buffer).
TARGET static void SUFFIX(sgd)(const kernel_step *s, bool nesterov) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict buffer = s->first;
  float scale = s->gradient_scale, decay = s->weight_decay, rate = s->learning_rate, m = s->first_rate;
  if (!buffer) {
    for (ptrdiff_t i = 0; i < s->count; i++) p[i] -= rate * (gradient[i] * scale + decay * p[i]);
    return;
  }
  float kept = nesterov ? 1 : 0, look = nesterov ? m : 1;
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * scale + decay * p[i];
    float b = buffer[i] * m + g;
    buffer[i] = b;
    p[i] -= rate * (kept * g + look * b);
  }
}

// Adam (Kingma and Ba 2015); with decoupled decay AdamW (Loshchilov and Hutter 2019).
TARGET static void SUFFIX(adam)(const kernel_step *s, bool decoupled_decay) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict first = s->first;
  float *restrict second = s->second;
  float scale = s->gradient_scale, rate = s->learning_rate * s->first_correction;
  float correction = s->second_correction, epsilon = s->epsilon, b1 = s->first_rate, b2 = s->second_rate;
  float decay = decoupled_decay ? 0 : s->weight_decay;
  float shrink = decoupled_decay ? 1 - s->learning_rate * s->weight_decay : 1;
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * scale + decay * p[i];
    float m = b1 * first[i] + (1 - b1) * g;
    float v = b2 * second[i] + (1 - b2) * (g * g);
    first[i] = m;
    second[i] = v;
    p[i] = p[i] * shrink - rate * m / (sqrtf(v) * correction + epsilon);
  }
}

// RMSprop (Tieleman and Hinton 2012); centred as in Graves (2013).
TARGET static void SUFFIX(rmsprop)(const kernel_step *s) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict mean = s->first;
  float *restrict square = s->second;
  float scale = s->gradient_scale, rate = s->learning_rate, decay = s->weight_decay;
  float alpha = s->second_rate, epsilon = s->epsilon;
  if (!mean) {
    for (ptrdiff_t i = 0; i < s->count; i++) {
      float g = gradient[i] * scale + decay * p[i];
      float v = alpha * square[i] + (1 - alpha) * (g * g);
      square[i] = v;
      p[i] -= rate * g / (sqrtf(v) + epsilon);
    }
    return;
  }
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * scale + decay * p[i];
    float v = alpha * square[i] + (1 - alpha) * (g * g);
    float m = alpha * mean[i] + (1 - alpha) * g;
    square[i] = v;
    mean[i] = m;
    // Rounding can leave the variance a little below zero.
    float variance = v - m * m;
    p[i] -= rate * g / (sqrtf(variance > 0 ? variance : 0) + epsilon);
  }
}
