//! Words to make names of. The kept-aside half is made of other words than the training half: every second one.

/// Given names of men and of women.
pub const MEN: &str = "\
    Juan Carlos José Luis Miguel Jorge Pedro Andrés Felipe Santiago Mateo Nicolás Sebastián Daniel David \
    Alejandro Fernando Ricardo Eduardo Francisco Manuel Antonio Rafael Roberto Sergio Javier Óscar Iván \
    Hugo Raúl Ramón Gustavo Guillermo Ignacio Joaquín Gonzalo Rodrigo Álvaro Héctor Víctor Jesús Vicente \
    Germán Hernán Wilmer Yeison Brayan Kevin Fabián Mauricio Arturo Enrique Alberto Marcelo Bruno Thiago \
    João Paulo Leandro Anderson Wellington Everaldo Ulises Genaro Nicanor Eustaquio Zenón Telésforo \
    Olegario Jacinto Abundio Wenceslao";
pub const WOMEN: &str = "\
    María Ana Carmen Rosa Laura Paula Camila Valentina Sofía Isabel Lucía Gabriela Andrea Carolina \
    Daniela Natalia Patricia Sandra Claudia Mónica Diana Adriana Gloria Luz Martha Teresa Ximena Helena \
    Beatriz Marcela Verónica Silvia Viviana Lorena Yolanda Guadalupe Dolores Mercedes Pilar Rocío \
    Esperanza Fernanda Juliana Mariana Alejandra Catalina Estefanía Yesenia Leidy Karina Aparecida \
    Conceição Raimunda Jussara Iracema Edelmira Hermenegilda Eufemia Zoraida Primitiva Nayeli Xóchitl \
    Itzel Eréndira Guillermina Ubaldina";
/// Surnames.
pub const SURNAMES: &str = "\
    García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera Gómez \
    Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Álvarez Mendoza Vásquez Castillo Jiménez \
    Moreno Romero Herrera Medina Aguilar Vargas Guzmán Muñoz Rojas Castro Ortega Núñez Peña Yáñez Ibáñez \
    Zúñiga Bolaños Ordóñez Cáceres Quiñones Restrepo Zapata Echeverri Uribe Jaramillo Ospina Giraldo \
    Henao Villegas Betancur Cifuentes Bohórquez Piedrahíta Silva Santos Oliveira Souza Lima Pereira \
    Ferreira Costa Rodrigues Almeida Nascimento Carvalho Araújo Ribeiro Barbosa Teixeira Quispe Mamani \
    Condori Huamán Choquehuanca Ticona Apaza Yupanqui Cuéllar Zambrano Intriago Macías Loor Cedeño \
    Colindres Chinchilla Ixcoy Tzoc Xicay Coyoy Canul Pech Uc Dzul Goicoechea Arizmendi Etxeberria \
    Urdaneta Belandria";
/// Surnames with particles.
pub const PARTICLES: &str = "\
    de la Cruz|de los Ríos|del Valle|de la Torre|de León|da Silva|dos Santos|de Oliveira|de la Rosa|\
    del Río|de las Casas|da Costa|de la Fuente|del Castillo";
/// Short forms and what they stand for.
pub const SHORT_FORMS: &str = "\
    Pepe=José Paco=Francisco Pancho=Francisco Nacho=Ignacio Beto=Alberto Lalo=Eduardo Memo=Guillermo \
    Chucho=Jesús Lucho=Luis Lupe=Guadalupe Lola=Dolores Quique=Enrique Toño=Antonio Tere=Teresa \
    Rafa=Rafael Nando=Fernando Ma.=María Meche=Mercedes";
/// Given names and surnames one letter or one sex apart.
pub const NEIGHBOURS: &str = "\
    Mario=María Luis=Luisa Andrés=Andrea Daniel=Daniela Marta=María Carlos=Carla Julio=Julia \
    Claudio=Claudia Fernando=Fernanda Gabriel=Gabriela Paula=Paola Lucía=Lucila Ramón=Román \
    Martín=Martina Alejandro=Alejandra Marcelo=Marcela Adriano=Adriana Víctor=Victoria Manuel=Manuela \
    Mariano=Mariana Delia=Celia Edwin=Erwin Silvio=Silvia Juan=Juana";
pub const NEAR_SURNAMES: &str = "\
    Fernández=Hernández Gómez=Gámez Suárez=Juárez Moreno=Merino Castillo=Castilla Herrera=Ferrera \
    Morán=Marín Muñoz=Muñiz Salas=Solís Vélez=Véliz Costa=Acosta Correa=Cabrera Molina=Medina Rivas=Ríos \
    Mejía=Mesa Ramos=Rangel Cano=Caro Pardo=Prado Duarte=Duque Ferreira=Pereira Rojas=Rosas \
    Montes=Montero Navas=Nava Barrera=Herrera Rivera=Rivero Bernal=Bermúdez";
/// Arabic, Persian, Russian and Korean names under various spellings, the last one in their own script.
pub const ARABIC_GIVEN: &str = "\
    Muhammad=Mohammed=Mohamed=Mohamad=محمد|Ahmad=Ahmed=Akhmad=أحمد|Husayn=Hussein=Hussain=Hossein=حسين|\
    Hasan=Hassan=حسن|Khalid=Khaled=Jaled=خالد|Umar=Omar=Oumar=عمر|Yusuf=Youssef=Yousef=Yusif=يوسف|\
    Mustafa=Mostafa=Moustapha=مصطفى|Mahmud=Mahmoud=Mahmood=محمود|Sulayman=Suleiman=Soliman=سليمان|\
    Ibrahim=Ebrahim=Brahim=إبراهيم|Faruq=Farouk=Farooq=فاروق|Salih=Saleh=صالح|Walid=Waleed=Oualid=وليد|\
    Jamal=Gamal=Djamel=جمال|Tariq=Tarek=Tarik=طارق|Nasir=Nasser=Naser=ناصر|Karim=Kareem=كريم";
pub const ARABIC_SERVANTS: &str = "\
    Abd al-Rahman=Abdul Rahman=Abdurrahman=Abdel Rahman=Abderrahmane=عبد الرحمن|\
    Abd al-Aziz=Abdul Aziz=Abdelaziz=Abdulaziz=عبد العزيز|Abd Allah=Abdullah=Abdallah=Abdulla=عبد الله|\
    Abd al-Karim=Abdul Kareem=Abdelkarim=عبد الكريم|Abd al-Malik=Abdul Malek=Abdelmalek=عبد الملك|\
    Abd al-Qadir=Abdul Qader=Abdelkader=عبد القادر|Abu Bakr=Abubakar=Aboubakr=أبو بكر|\
    Nur al-Din=Nuruddin=Noureddine=Nooruddin=نور الدين|\
    Sayf al-Islam=Saif al Islam=Saiful Islam=سيف الإسلام";
pub const ARABIC_FAMILY: &str = "\
    al-Zawahiri=Zawahri=Al Zawahry=الظواهري|al-Karmush=Karmoush=el Kharmoush=الكرموش|\
    al-Mutayri=al Mutairi=Al-Mutayyri=المطيري|Haqqani=Haqani=Haqqany=حقاني|\
    Qadhafi=Gaddafi=Qaddafi=Kadhafi=القذافي|al-Tikriti=Al Takriti=Tikriti=التكريتي|\
    al-Shahrani=Shahrani=Al-Chahrani=الشهراني|Mughniyah=Mughniyeh=Moughnieh=مغنية|\
    al-Harbi=Alharbi=El Harbi=الحربي|al-Jaburi=al-Juburi=Aljabouri=الجبوري|Khatib=Khateeb=al-Khatib=خطيب|\
    Rashidi=Rasheedi=Al Rachidi=رشيدي|Khorasani=Khurasani=خراساني|al-Ubaydi=Al Obeidi=al-Obaidi=العبيدي";
pub const RUSSIAN_GIVEN: &str = "\
    Yevgeniy=Evgeny=Evgenii=Yevgeni=Евгений|Sergey=Sergei=Serguei=Сергей|\
    Aleksandr=Alexander=Alexandr=Александр|Dmitriy=Dmitry=Dmitri=Дмитрий|Mikhail=Mikhail=Михаил|\
    Yuriy=Yuri=Iurii=Юрий|Vladimir=Wladimir=Владимир|Andrey=Andrei=Андрей|Aleksey=Alexei=Alexey=Алексей|\
    Nikolay=Nikolai=Николай|Igor=Igor=Игорь|Viktor=Victor=Виктор";
pub const RUSSIAN_PATRONYMIC: &str = "\
    Ivanovich=Ivanovitch=Иванович|Petrovich=Petrovic=Петрович|Sergeyevich=Sergeevich=Сергеевич|\
    Aleksandrovich=Alexandrovich=Александрович|Viktorovich=Victorovich=Викторович|\
    Nikolayevich=Nikolaevich=Николаевич|Vladimirovich=Wladimirowitsch=Владимирович|\
    Mikhaylovich=Mikhailovich=Михайлович";
pub const RUSSIAN_FAMILY: &str = "\
    Prigozhin=Prigojin=Prigozhyn=Пригожин|Shcherbakov=Scherbakov=Щербаков|Zhukov=Jukov=Zhukoff=Жуков|\
    Petrov=Petroff=Петров|Kovalchuk=Kovaltchouk=Ковальчук|Rotenberg=Rotenberg=Ротенберг|\
    Timchenko=Tymchenko=Тимченко|Khodorkovskiy=Khodorkovsky=Khodorkovski=Ходорковский|\
    Fedorov=Fyodorov=Федоров|Kuznetsov=Kuznetzov=Kusnezow=Кузнецов|Sechin=Setchin=Сечин|\
    Belyaev=Beliaev=Belyayev=Беляев";
pub const KOREAN_FAMILY: &str = "\
    Kim=Gim=김|Ri=Lee=Yi=이|Pak=Park=Bak=박|Choe=Choi=최|Kang=Gang=강|Chang=Jang=장|Yun=Yoon=윤|Cho=Jo=조|\
    Han=Han=한|Paek=Baek=백|O=Oh=오|Mun=Moon=문";
pub const KOREAN_GIVEN: &str = "\
    Jong Un=Chong-un=Jong-un=Jongun=정은|Yong Chol=Yong-chol=Young Cheol=Yongchol=영철|\
    Myong Su=Myong-su=Myung Soo=명수|Song Il=Sung-il=Song-il=Songil=성일|Kwang Ho=Kwang-ho=Gwang Ho=광호|\
    Chun Sik=Chun-sik=Chunsik=춘식|Hyon Chol=Hyon-chol=Hyun Chul=현철|Tae Song=Tae-song=Tae Sung=태성|\
    Kyong Hui=Kyong-hui=Kyung Hee=경희|Son Ho=Son-ho=Sonho=선호";
/// What makes a company's name: what it does, and which one it is.
pub const DOES: &str = "\
    Transportes Inversiones Comercializadora Distribuidora Constructora Inmobiliaria Agropecuaria \
    Importadora Servicios Industrias Laboratorios Minera Pesquera Ferretería Textiles Alimentos Aceros \
    Consultores Grupo Maderas";
pub const WHICH: &str = "\
    Andina Pacífico Horizonte Esmeralda Cóndor Altamira Bolívar Caribe Sierra Cumbre Amazonas Atlántida \
    Guaraní Pampa Quetzal Tayrona Zafiro Monteverde Orinoco Patagonia Araucaria Cordillera Maracaibo \
    Chimborazo Ipanema Kukulkán";
pub const SIDES: &str = "\
    Norte=Sur Este=Oeste Central=Oriental Nacional=Regional Primera=Segunda Azul=Roja Grande=Nueva \
    Alto=Bajo";
pub const FORMS: &str = "\
    S.A.|S.A.S.|Ltda.|S. de R.L. de C.V.|S.A. de C.V.|S.R.L.|E.I.R.L.|SpA|LTDA|Inc.|LLC|Co., Ltd.";
/// Words of ships' names.
pub const SHIPS: &str = "\
    Alta Mar|Estrella|Golden Star|Ocean Pride|Santa Rita|Virgen del Valle|Blue Horizon|Pacific Trader|\
    Don Pedro|Caribe Queen|Nordic Wind|Albatros|Sea Falcon|Black Pearl|Río Negro|Perla del Sur|\
    Atlantic Dawn|Gaviota|Silver Wave|Iron Duke";
