"""What a customer hears when a picture cannot be used: why, and what helps. No sentence tells what the record holds."""

from __future__ import annotations

from tools.wording import Text

EMPTY = Text("收到的照片是空的，请再拍一张", "The picture arrived empty. Please take it once more")
PDF = Text(
    "这是一个 PDF 文件，请直接拍照，或者传一张照片", "That is a PDF file. Please take a photo, or send a picture"
)
HEIC = Text(
    "这种 HEIC 格式我打不开，请换成 JPEG 或 PNG，或者直接用相机拍",
    "I cannot open the HEIC format. Please send a JPEG or PNG, or use the camera here",
)
NOT_A_PICTURE = Text(
    "这张照片打不开，请用 JPEG 或 PNG 再传一次", "I cannot open that picture. Please send it again as JPEG or PNG"
)
TOO_BIG = Text(
    "照片太大了，请把相机的像素调低一点，或者直接在这里拍",
    "The picture is too big. Please lower the camera's resolution, or take it right here",
)
TOO_SMALL = Text(
    "照片太小，看不清，请离近一点再拍", "The picture is too small to read. Please move closer and try again"
)
BLURRED = Text("照片有点糊，请拿稳一点再拍一张", "The picture is a little blurred. Please hold still and take another")
DARK = Text("光线太暗，请找个亮一点的地方再拍", "It is too dark. Please find a brighter place and take another")
GLARE = Text("证件上有反光，请换个角度再拍", "There is glare on the document. Please tilt it a little and take another")
CUT_OFF = Text(
    "证件没有拍全，请把四个角都放进画面", "Part of the document is cut off. Please get all four corners in the picture"
)
SEVERAL = Text(
    "画面里不止一份证件，请每次只拍一份的一面",
    "There is more than one document in the picture. Please show one side of one at a time",
)
NO_DOCUMENT = Text(
    "画面里没有看到身份证件，请把证件放平，靠近一点再拍",
    "I do not see an ID document. Please lay it flat, move closer and take another",
)
OTHER_SIDE = Text("还缺证件的另一面，请两面都拍", "The other side of the document is missing. Please take both sides")
UNREADABLE = Text(
    "有几个字看不清，请放平、对好光线再拍一张",
    "Some of it cannot be read. Please lay it flat in good light and take another",
)
MISMATCH = Text(
    "这份证件核对不上，请用您本人在我们这里登记的证件，也可以转人工",
    "I could not match this document. Please use your own document that is registered with us, or ask for a person",
)
EXPIRED = Text(
    "这份证件已经过了有效期，请用新证件，或者转人工",
    "This document has expired. Please use a valid one, or ask for a person",
)
NO_PORTRAIT = Text(
    "证件上的照片看不清，请再拍一张有照片的一面",
    "The photo on the document cannot be made out. Please take the photo side again",
)

NO_FACE = Text("画面里没有看到脸，请正对镜头再来一次", "I do not see a face. Please face the camera and try again")
TWO_FACES = Text(
    "画面里不止一个人，请您一个人对着镜头", "There is more than one face. Please be alone in front of the camera"
)
FACE_SMALL = Text("脸离得有点远，请靠近一点再来一次", "You are a little far away. Please come closer and try again")
EYES_SHUT = Text(
    "眼睛一直是闭着的，请先睁开眼看镜头，再按提示做",
    "Your eyes stayed shut. Please look at the camera first, then follow the steps",
)
STILL = Text(
    "画面一直没有动，请您本人对着镜头，按提示做动作",
    "Nothing moved. Please be there yourself and do the steps as they are shown",
)
WRONG_STEPS = Text(
    "动作和提示没有对上，我换一组，请按顺序慢慢做，不着急",
    "The movements did not match the steps. Here is a new set; please do them in order, there is no hurry",
)
OLD_FRAMES = Text(
    "这是以前的画面，请现在对着镜头再做一次",
    "These pictures were used before. Please do the steps now, in front of the camera",
)
TOO_FAST = Text(
    "做得太快了，我没看清，请按提示慢慢做，不着急",
    "That was too fast for me. Please follow the steps slowly; there is no hurry",
)
TOO_LATE = Text(
    "等的时间有点久，我换了一组动作，请按新的提示做",
    "That took a while, so here is a new set of steps. Please follow those",
)
SCREEN = Text(
    "看起来像是屏幕或者照片，请您本人对着镜头",
    "It looks like a screen or a photo. Please be in front of the camera yourself",
)
FACE_MISMATCH = Text(
    "脸和证件没有对上，请摘掉口罩或墨镜，光线亮一点再试，也可以转人工",
    "I could not match your face to the document. Please take off a mask or sunglasses and find better light, or ask for a person",
)
DOCUMENT_AGAIN = Text(
    "证件的核验已经过期，请再拍一次证件", "The document check has lapsed. Please show the document once more"
)
SYSTEM = Text(
    "核验服务暂时连不上，请过一会儿再试，也可以转人工",
    "The check cannot be reached right now. Please try again in a while, or ask for a person",
)

BLINK = Text("闭上眼睛，停一下，再睁开", "Close your eyes for a moment, then open them")
LEFT = Text("慢慢向左转头，再转回来", "Slowly turn your head to the left, then back")
RIGHT = Text("慢慢向右转头，再转回来", "Slowly turn your head to the right, then back")
MOUTH = Text("张开嘴，停一下，再合上", "Open your mouth for a moment, then close it")
