"""What the networks do on people held out of training: one number per target of the starter pack.

SPDX-License-Identifier: Apache-2.0
"""
import numpy as np
import torch
import torch.nn.functional as F

import finding
import geometry as g
import knowing
import masking
import painting
import people

PEOPLE = 4000  # held-out people that shots are drawn from


def batches(stage, kind, count, size, planes, detail=1, looks=1, partners=0, numbers=None, chunk=32, seed=900_000_000, changes=()):
    """Batches of held-out people, `chunk` shots each; `changes` are made to them before they are drawn."""
    cast = {"first": 0, "count": PEOPLE, "held_out": 1, "looks": looks, "partners": partners, "detail": detail}
    for at in range(0, count, chunk):
        n = min(chunk, count - at)
        shots = stage.sample(kind, np.arange(seed + at, seed + at + n, dtype="u4"), size, cast, None if numbers is None else numbers[at:at + n])
        for change in changes:
            change(shots)
        made = stage.new_planes(planes, n, size)
        yield stage.batch(shots, made)


@torch.no_grad()
def found_boxes(network, picture, threshold=0.05, overlap=0.4):
    """Per picture: boxes and scores after suppression, in falling order of score."""
    x = picture.permute(0, 3, 1, 2).float() / 255
    found = network(finding.detector_input(x))
    logits, boxes = (torch.cat([level[i] for level in found], 1).float() for i in range(2))
    places, bases, _ = finding.anchors_of(x.shape[-1], x.device)
    half = boxes.clamp(-6, 3).exp() * (bases / 2)[:, None]
    whole = torch.cat([places - half[..., :2], places + half[..., 2:]], -1)
    score = torch.sigmoid(logits[..., 0])
    answer = []
    for one, sure in zip(whole.cpu(), score.cpu()):
        keep = sure > threshold
        one, sure = one[keep], sure[keep]
        order = sure.argsort(descending=True)[:400]
        one, sure, chosen = one[order], sure[order], []
        left = torch.ones(len(one), dtype=torch.bool)
        for i in range(len(one)):
            if left[i]:
                chosen.append(i)
                left &= finding.overlap(one[i], one)[0] <= overlap
        answer.append((one[chosen], sure[chosen]))
    return answer


def average_precision(marks, wanted):
    """Of marks (score, right or wrong), all over the curve, as VOC does it since 2010."""
    if not marks:
        return 0.0
    hits = np.cumsum([hit for _, hit in sorted(marks, reverse=True)])
    precision, recall = hits / np.arange(1, len(marks) + 1), hits / max(1, wanted)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * best))


def marks_of(boxes, scores, truth, other, smallest, largest):
    """Marks of one picture: only detections of the band's own sizes, or of its faces, can be wrong."""
    taken, marks = torch.zeros(len(truth), dtype=torch.bool), []
    for one, sure in zip(boxes, scores):
        iou = finding.overlap(one, truth)[0] if len(truth) else torch.zeros(0)
        edge = float((one[2:] - one[:2]).prod().clamp_min(1e-6).sqrt())
        if not smallest <= edge < largest and not (len(iou) and iou.max() >= 0.5):
            continue
        free = torch.where(taken, -1.0, iou)
        if len(free) and free.max() >= 0.5:
            taken[free.argmax()] = True
            marks.append((float(sure), 1))
        elif not len(other) or finding.overlap(one, other)[0].max() < 0.3:
            marks.append((float(sure), 0))
    return marks


def detector(stage, task, count):
    """Faces of 16 pixels and more, and two bands of small ones."""
    bands = {"": (16, 1e9), "_16_32": (16, 32), "_9_16": (9, 16)}
    marks, faces = {band: [] for band in bands}, dict.fromkeys(bands, 0)
    for batch in batches(stage, people.CROWD, count, 448, ("picture",), detail=2):
        box = torch.from_numpy(batch.faces["box"])
        wanted, ignored, size = finding.who_counts(torch.from_numpy(batch.faces["person"].astype("i8")), box, torch.from_numpy(batch.faces["visible_share"]), 448)
        for i, (boxes, scores) in enumerate(found_boxes(task.average, batch["picture"])):
            for band, (smallest, largest) in bands.items():
                mine = wanted[i] & (size[i] >= smallest) & (size[i] < largest)
                marks[band] += marks_of(boxes, scores, box[i][mine], box[i][ignored[i] | (wanted[i] & ~mine)], smallest, largest)
                faces[band] += int(mine.sum())
    sure = [hit for score, hit in marks[""] if score >= 0.5]
    return {**{"ap50" + band: average_precision(marks[band], faces[band]) for band in bands}, "recall_at_half": sum(sure) / max(1, faces[""]),
            "false_at_half": len(sure) - sum(sure), "faces": faces[""]}


@torch.no_grad()
def landmarker(stage, task, count):
    errors, yaws, sure = [], [], []
    for batch in batches(stage, people.FACE, count, 320, ("picture",)):
        x, target = finding.LandmarkerTask.crop(batch, 1, 0.5)
        answer, _ = task.average.answer(x.flip(1))
        inside = ((target > 0) & (target < 63)).all(-1)
        eyes = (target[:, 36:42].mean(1) - target[:, 42:48].mean(1)).norm(dim=1)
        tall = (target[:, 27] - target[:, 8]).norm(dim=1)
        # In profile the eyes fall together: then the face's height stands for their distance.
        size = torch.maximum(eyes, 0.5 * tall)
        away = ((answer[..., :2] - target).norm(dim=-1) * inside).sum(1) / inside.sum(1).clamp_min(1)
        errors.append((away / size).cpu())
        yaws.append(batch["yaw"].abs().cpu())
        sure.append(answer[..., 2].mean(1).cpu())
    errors, yaws, sure = torch.cat(errors), torch.cat(yaws), torch.cat(sure)
    beyond = float(errors[yaws > 45].mean()) if (yaws > 45).any() else None
    return {"nme": float(errors.mean()), "nme_to_45": float(errors[yaws <= 45].mean()), "nme_beyond_45": beyond, "peak": float(sure.mean())}


def guesser(stage, task, count):
    total = []
    for batch in batches(stage, people.FACE, count, 160, ("picture",), detail=2):
        to_unit = g.align(batch["points_5"], "ffhq_512", 1)
        with torch.no_grad():
            wrong = task.average(g.apply(to_unit, batch["points_5"])) - g.apply(to_unit, batch["points_68"])
        total.append(wrong.norm(dim=-1).mean(1).cpu() / 0.246)
    return {"nme": float(torch.cat(total).mean())}


@torch.no_grad()
def codes(network, batch, plane="picture", over=1):
    x = knowing.recogniser_crop(batch, plane, 0, over)
    return F.normalize(network(x * 2 - 1).float())


def recogniser(stage, task, persons, each=4):
    numbers = np.tile(np.arange(persons, dtype="u4"), each)
    all_codes, shown = [], []
    for batch in batches(stage, people.FACE, len(numbers), 160, ("picture",), detail=2, looks=3, numbers=numbers, chunk=128, seed=910_000_000, changes=[people.unhidden]):
        all_codes.append(codes(task.average, batch))
        shown.append(batch["visible_share"] > 0.4)
    code, shown = torch.cat(all_codes), torch.cat(shown)
    who = torch.from_numpy(numbers.astype("i8")).to(code.device)
    code, who = code[shown], who[shown]
    similar = code @ code.T
    same = who[:, None] == who[None]
    upper = torch.triu(torch.ones_like(same), 1).bool()
    right, wrong = similar[same & upper], similar[~same & upper]
    edge = wrong.sort(descending=True).values[int(len(wrong) * 1e-3)]
    accepted = float((right > edge).float().mean())
    return {"tar_at_far_1e-3": accepted, "threshold": float(edge), "same": float(right.mean()), "other": float(wrong.mean()), "pictures": int(len(code))}


@torch.no_grad()
def classifier(stage, task, count):
    years, right = [], []
    for batch in batches(stage, people.FACE, count, 160, ("picture",), detail=2, chunk=128, seed=920_000_000, changes=[people.unhidden]):
        _, woman, _, age = task.average.answer(task.feed_of(knowing.recogniser_crop(batch, jitter=0.01)))
        years.append((age - batch["age"]).abs().cpu())
        right.append((woman == (batch["sex"] < 0.5)).float().cpu())
    return {"age_mae": float(torch.cat(years).mean()), "sex_right": float(torch.cat(right).mean())}


@torch.no_grad()
def occluder(stage, task, count):
    each = []
    for batch in batches(stage, people.FACE, count, 320, ("picture", "face"), seed=930_000_000):
        to_crop = g.align(batch["points_5"], "arcface_128", 256)
        guess = task.average(g.warp(batch["picture"], to_crop, 256).flip(1)) > 0
        truth = g.warp(masking.plane(batch, "face"), to_crop, 256, border="zeros") > 127.5
        both, any_ = (guess & truth).sum((1, 2, 3)).float(), (guess | truth).sum((1, 2, 3)).float()
        each.append(((both + 1) / (any_ + 1)).cpu())
    return {"iou": float(torch.cat(each).mean())}


@torch.no_grad()
def parser(stage, task, count):
    both, size = torch.zeros(19), torch.zeros(19)
    for batch in batches(stage, people.FACE, count, 320, ("picture", "regions"), seed=940_000_000, chunk=16):
        to_crop = g.align(batch["points_5"], "arcface_128", 512)
        guess = task.average(task.feed_of(g.warp(batch["picture"], to_crop, 512))).argmax(1)
        truth = g.warp(masking.plane(batch, "regions"), to_crop, 512, border="zeros", nearest=True)[:, 0].round().long()
        for region in range(19):
            a, b = guess == region, truth == region
            both[region] += float((a & b).sum())
            size[region] += float((a | b).sum())
    seen = size > 0
    each = (both / size.clamp_min(1))
    return {"miou": float(each[seen].mean()), "regions": {int(i): round(float(each[i]), 4) for i in torch.nonzero(seen)[:, 0]}}


@torch.no_grad()
def matte(stage, task, count):
    away = []
    whole = lambda t: F.interpolate(t, (512, 512), mode="bilinear", align_corners=False)
    for batch in batches(stage, people.CROWD, count, 448, ("picture", "alpha"), detail=2, seed=950_000_000, chunk=16):
        x = whole(batch["picture"].permute(0, 3, 1, 2).float() / 255) * 2 - 1
        away.append((task.average.answer(x) - whole(masking.plane(batch, "alpha") / 255)).abs().mean((1, 2, 3)).cpu())
    return {"mean_abs": float(torch.cat(away).mean())}


@torch.no_grad()
def swapper(stage, task, count):
    swapped, left, pasted, nearer, near = [], [], [], [], []
    by_seed = {stage.person_seed(number, True): number for number in range(PEOPLE)}
    for batch in batches(stage, people.FACE, count, 320, ("picture", "twin", "face"), partners=1, seed=960_000_000, chunk=24):
        # Both people are known by pictures of their own: the target's frame shares its light and hair with the result, which says nothing about a person.
        source, again = (next(batches(stage, people.FACE, len(batch), 320, ("picture",), numbers=np.array([by_seed[int(s)] for s in batch.shots["performers"][who]["seed"][:, 0]], "u4"),
                                      chunk=24, seed=seed, changes=[people.unhidden])) for who, seed in (("other", 970_000_000), ("person", 975_000_000)))
        code, theirs = (codes(task.recogniser, shown, over=2) for shown in (source, again))
        target, truth, area = task.crops(batch, task.place(batch, 0))
        picture = task.average.answer(painting.told(code, task.known(target)), target)[0]
        paste = g.warp(source["picture"], task.place(source, 0), task.edge) * 2 - 1
        seen = (batch["visible_share"] > 0.4) & (source["visible_share"] > 0.4) & (again["visible_share"] > 0.4)
        mine = task.known(picture)
        to_source, to_target = (mine * code).sum(1), (mine * theirs).sum(1)
        for into, values in ((swapped, painting.decibels(picture, truth, area)), (left, painting.decibels(target, truth, area)), (pasted, painting.decibels(paste, truth, area)),
                             (nearer, (to_source > to_target).float()), (near, to_source)):
            into.append(values[seen].cpu())
    mean = lambda values: float(torch.cat(values).mean())
    return {"nearer_to_source": mean(nearer), "cosine_to_source": mean(near), "psnr": mean(swapped), "psnr_left": mean(left), "psnr_pasted": mean(pasted)}


@torch.no_grad()
def restorer(stage, task, count):
    gain = []
    for batch in batches(stage, people.FACE, count, 576, ("picture",), seed=980_000_000, chunk=8, changes=[people.undegraded]):
        x = g.warp(batch["picture"], g.align(batch["points_5"], "ffhq_512", 512), 512)
        small = torch.round(F.interpolate(x, scale_factor=0.25, mode="bilinear", antialias=True, align_corners=False) * 255) / 255
        blurred = F.interpolate(small, (512, 512), mode="bicubic", align_corners=False).clamp(0, 1) * 2 - 1
        x = x * 2 - 1
        gain.append((painting.decibels(task.average(blurred).clamp(-1, 1), x) - painting.decibels(blurred, x)).cpu())
    return {"gain_over_bicubic": float(torch.cat(gain).mean())}


@torch.no_grad()
def upscaler(stage, task, count):
    from PIL import Image
    gain = []
    for batch in batches(stage, people.CROWD, count, 448, ("picture",), detail=2, seed=990_000_000, chunk=8, changes=[people.undegraded]):
        x = batch["picture"].permute(0, 3, 1, 2).float() / 255
        edge = 448 // task.scale
        small = torch.round(F.interpolate(x, (edge, edge), mode="bicubic", antialias=True, align_corners=False).clamp(0, 1) * 255)
        plain = torch.stack([torch.from_numpy(np.array(Image.fromarray(one.byte().permute(1, 2, 0).cpu().numpy()).resize((448, 448), Image.LANCZOS))) for one in small])
        plain = plain.to(x.device).permute(0, 3, 1, 2).float() / 255
        gain.append((painting.decibels(task.average(small / 255).clamp(0, 1) * 2, x * 2) - painting.decibels(plain * 2, x * 2)).cpu())
    return {"gain_over_lanczos": float(torch.cat(gain).mean())}


@torch.no_grad()
def colorizer(stage, task, count):
    away, grey = [], []
    for batch in batches(stage, people.FACE, count, 320, ("picture",), seed=995_000_000):
        x = F.interpolate(batch["picture"].permute(0, 3, 1, 2).float() / 255, (256, 256), mode="bilinear", antialias=True, align_corners=False)
        truth = painting.lab(x)[:, 1:]
        luma = (x * x.new_tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
        ab = task.average(painting.grey_of(painting.lab(luma.expand(-1, 3, -1, -1))[:, :1]))
        away.append((ab - truth).norm(dim=1).mean((1, 2)).cpu())
        grey.append(truth.norm(dim=1).mean((1, 2)).cpu())
    return {"ab_error": float(torch.cat(away).mean()), "ab_error_of_grey": float(torch.cat(grey).mean())}


def everything(stage, tasks, asked, small=False):
    """Scores of every task by its name. small: a handful of pictures, to see that it works."""
    count = lambda usual: max(8, int(usual * (0.03 if small else 1) * min(1, asked.share)))
    rows = {"starter_detector": (detector, 480), "starter_landmarker": (landmarker, 512), "starter_points": (guesser, 256), "starter_recogniser": (recogniser, 1000),
            "starter_classifier": (classifier, 1024), "starter_occluder": (occluder, 384), "starter_parser": (parser, 192), "starter_background": (matte, 96),
            "starter_enhancer": (restorer, 48), "starter_upscaler_x2": (upscaler, 48),
            "starter_upscaler_x4": (upscaler, 48), "starter_colorizer": (colorizer, 128), "starter_swapper_256": (swapper, 288)}
    return {name: work(stage, tasks[name], count(usual)) for name, (work, usual) in rows.items() if name in tasks}
